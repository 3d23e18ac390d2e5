package io.tenantry.tenant.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which hours and days are gaps, and when a tenant is measured. */
@Tag("T25")
class GapTest {

  private static final Instant TEN = Instant.parse("2026-11-30T10:00:00Z");

  private static Instant hour(int hours) {
    return TEN.plus(Duration.ofHours(hours));
  }

  @Test
  void isEmptyIfEveryHourIsMeasured() {
    assertThat(Gap.in(Set.of(hour(0), hour(1)), Granularity.HOUR, TEN, hour(2))).isEmpty();
  }

  @Test
  void joinsNeighbouringHours() {
    assertThat(Gap.in(Set.of(hour(1), hour(4)), Granularity.HOUR, TEN, hour(6)))
        .containsExactly(
            new Gap(hour(0), hour(1)), new Gap(hour(2), hour(4)), new Gap(hour(5), hour(6)));
  }

  @Test
  void startsWithTheHourOfTheCreation() {
    assertThat(Gap.in(Set.of(), Granularity.HOUR, TEN.plusSeconds(1800), hour(2)))
        .containsExactly(new Gap(TEN, hour(2)));
  }

  @Test
  void findsDaysWithoutMeasurement() {
    assertThat(
            Gap.in(
                Set.of(Instant.parse("2026-11-29T00:00:00Z")),
                Granularity.DAY,
                Instant.parse("2026-11-28T15:00:00Z"),
                Instant.parse("2026-11-30T00:00:00Z")))
        .containsExactly(
            new Gap(Instant.parse("2026-11-28T00:00:00Z"), Instant.parse("2026-11-29T00:00:00Z")));
  }

  @Test
  void spreadsTenantsOverTheHourWithTimeLeftForRepeatedAttempts() {
    Set<Long> minutes =
        Stream.generate(UUID::randomUUID)
            .limit(5000)
            .map(tenant -> Duration.between(TEN, SamplingSchedule.dueAt(tenant, TEN)).toMinutes())
            .collect(Collectors.toUnmodifiableSet());

    assertThat(minutes).hasSize(45).allMatch(minute -> minute >= 0 && minute < 45);
  }

  @Test
  void measuresTenantAtTheSameMinuteOfEachHour() {
    UUID tenant = UUID.randomUUID();

    assertThat(SamplingSchedule.dueAt(tenant, hour(1)))
        .isEqualTo(SamplingSchedule.dueAt(tenant, TEN).plus(Duration.ofHours(1)));
  }
}
