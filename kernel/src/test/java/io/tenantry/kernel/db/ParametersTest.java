package io.tenantry.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.tenant.TenantStatus;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What statements' parameters become for the driver. */
class ParametersTest {

  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

  private static Object bound(Object value) {
    Tuple tuple = Parameters.of(value);
    return tuple.getValue(0);
  }

  @Test
  void bindsTimesDurationsAndEnums() {
    assertThat(bound(AT)).isEqualTo(OffsetDateTime.ofInstant(AT, ZoneOffset.UTC));
    assertThat(bound(Duration.ofMillis(1500))).isEqualTo(1.5);
    assertThat(bound(TenantStatus.ROLLING_BACK)).isEqualTo("rolling_back");
  }

  @Test
  void bindsAnOptionalAsItsValueOrAsNull() {
    assertThat(bound(Optional.of(Duration.ofSeconds(2)))).isEqualTo(2.0);
    assertThat(bound(Optional.of("text"))).isEqualTo("text");
    assertThat(bound(Optional.empty())).isNull();
  }

  @Test
  void leavesTheRestToTheDriver() {
    assertThat(Parameters.of("a", null, 7L).size()).isEqualTo(3);
    assertThat(Parameters.of("a", null, 7L).getValue(1)).isNull();
    assertThat(Parameters.of("a", null, 7L).getValue(2)).isEqualTo(7L);
  }
}
