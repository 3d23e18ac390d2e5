package io.tenantry.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.event.TenantEvent.BackupPolicy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The policy of an event is refused, that of a blueprint is replaced by the default. */
@Tag("P1")
class BackupPolicyTest {

  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  private final TenantPolicies policies = new TenantPolicies(Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void takesPolicyThatFires() {
    BackupPolicy policy = new BackupPolicy("0 45 1 ? * SUN", 1);

    assertThat(Enrolment.validated(policy, NOW)).isEqualTo(policy);
    assertThat(policies.usable("0 45 1 ? * SUN", 1)).contains(policy);
  }

  @Test
  void refusesEventWithoutPolicy() {
    assertThatThrownBy(() -> Enrolment.validated(null, NOW))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("no backup policy");
  }

  @ParameterizedTest
  @CsvSource({
    ", 30, no schedule",
    "'', 30, cron expression that fires",
    "at night, 30, cron expression that fires",
    "0 0 2 * *, 30, cron expression that fires",
    "0 0 0 30 2 ?, 30, cron expression that fires",
    "0 0 2 * * ? 2025, 30, cron expression that fires",
    "0 0 2 * * ?, 0, retention_days",
    "0 0 2 * * ?, -1, retention_days"
  })
  void refusesPolicyThatNeverFiresOrKeepsNothing(String schedule, int days, String reason) {
    assertThatThrownBy(() -> Enrolment.validated(new BackupPolicy(schedule, days), NOW))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining(reason);
    if (schedule != null) {
      assertThat(policies.usable(schedule, days)).isEmpty();
    }
  }

  @Test
  void blueprintMayLackRetention() {
    assertThat(policies.usable(TenantPolicies.DEFAULT_CRON, null)).isEmpty();
  }

  @Test
  void defaultScheduleFires() {
    assertThat(Crons.fires(TenantPolicies.DEFAULT_CRON, NOW)).isTrue();
  }
}
