package io.tenantry.tenant.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules of backups are Quartz cron expressions. */
class QuartzCronTest {

  private final QuartzCron.Validator validator = new QuartzCron.Validator();

  @ParameterizedTest
  @ValueSource(
      strings = {"0 0 2 * * ?", "0 0/5 8-18 ? * MON-FRI", "0 0 12 L * ?", "0 0 0 1 1 ? 2030"})
  void acceptsQuartzExpressions(String expression) {
    assertThat(validator.isValid(expression, null)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "daily", "0 2 * * *", "0 0 25 * * ?", "0 0 2 * * * * *", "@daily"})
  void refusesOtherExpressions(String expression) {
    assertThat(validator.isValid(expression, null)).isFalse();
  }

  @Test
  void leavesAMissingExpressionToOtherRules() {
    assertThat(validator.isValid(null, null)).isTrue();
  }
}
