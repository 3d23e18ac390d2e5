package io.tenantry.backup.schedule;

import static io.tenantry.backup.Constraints.violations;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B3")
class ScheduleChangeTest {

  private static ScheduleChange change(int retentionDays, Schedule.Keep keep) {
    return new ScheduleChange(
        "0 0 2 * * ?", retentionDays, Optional.ofNullable(keep), Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 36500})
  void acceptsDaysUpToHundredYears(int retentionDays) {
    assertThat(violations(change(retentionDays, new Schedule.Keep(0, 0, 0)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 36501})
  void refusesOtherDays(int retentionDays) {
    assertThat(violations(change(retentionDays, null)))
        .containsExactly("retentionDays must be 1 to 36500");
  }

  @Test
  void refusesNegativeNumbersToKeep() {
    assertThat(violations(change(1, new Schedule.Keep(-1, -1, -1))))
        .containsExactly(
            "keep.daily must be 0 or more",
            "keep.monthly must be 0 or more",
            "keep.weekly must be 0 or more");
  }

  @Test
  void requiresCronAndDays() {
    assertThat(violations(new ScheduleChange(null, null, Optional.empty(), Optional.empty())))
        .containsExactly("cron is required", "retentionDays is required");
  }
}
