package io.tenantry.tenant.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ids are UUIDs that sort by their time. */
class TenantIdsTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  @Test
  @Tag("T1")
  void generatesUuidsOfVersion7WithTimeInFront() {
    UUID id = at(NOW).next();

    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
  }

  @Test
  @Tag("T11")
  void sortsIdsByCreation() {
    assertThat(
            Stream.iterate(NOW, t -> t.plus(Duration.ofMillis(1)))
                .limit(100)
                .map(t -> at(t).next().toString()))
        .isSorted();
  }

  @Test
  @Tag("T1")
  void generatesNoIdTwiceInOneMillisecond() {
    TenantIds ids = at(NOW);

    assertThat(Stream.generate(ids::next).limit(10_000)).doesNotHaveDuplicates();
  }

  private static TenantIds at(Instant time) {
    return new TenantIds(Clock.fixed(time, ZoneOffset.UTC), new SecureRandom());
  }
}
