package io.tenantry.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.backup.schedule.ScheduleDifferences.Decision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a reconciliation may do, by the limits of 50 schedules and a fifth of all. */
@Tag("F18")
@Tag("P13")
class ScheduleDifferencesTest {

  @ParameterizedTest(name = "{0} tenants, {1} schedules, {2} deleted, {3} unknown")
  @CsvSource({
    "0, 0, 0, 0, RECONCILE",
    "100, 100, 0, 0, RECONCILE",
    "100, 100, 20, 20, RECONCILE",
    "100, 100, 21, 0, ENROL_ONLY",
    "100, 100, 0, 21, HOLD",
    "100, 100, 21, 21, HOLD",
    // Of many, the number limits.
    "10000, 10000, 50, 50, RECONCILE",
    "10000, 10000, 51, 0, ENROL_ONLY",
    "10000, 10000, 0, 51, HOLD",
    // Of few, one may always be.
    "1, 1, 1, 0, RECONCILE",
    "3, 3, 1, 1, RECONCILE",
    "3, 3, 2, 0, ENROL_ONLY",
    "3, 3, 0, 2, HOLD",
    // An empty registry is a lost one, however few schedules there are.
    "0, 1, 0, 1, HOLD",
    "0, 10000, 0, 10000, HOLD",
    "5, 0, 0, 0, RECONCILE",
  })
  void decidesByHowManyChangeAtOnce(
      long tenants, long schedules, long deleted, long unknown, Decision decision) {
    assertThat(new ScheduleDifferences(tenants, schedules, 7, deleted, unknown).decide(50, 0.2))
        .isEqualTo(decision);
  }
}
