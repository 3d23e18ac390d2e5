package io.tenantry.tenant.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.job.RetryPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How often a job tries each step, and the pauses between, as shipped. */
@Tag("T18")
class StepRetriesTest {

  private record Operation(int attempts, Duration delay, Duration maxDelay)
      implements StepRetries.Config.Operation {}

  private static StepRetries.Config.Operation operation(int attempts, int first, int longest) {
    return new Operation(attempts, Duration.ofSeconds(first), Duration.ofSeconds(longest));
  }

  private record Config(
      StepRetries.Config.Operation database,
      StepRetries.Config.Operation schema,
      StepRetries.Config.Operation keys)
      implements StepRetries.Config {}

  private final StepRetries retries =
      new StepRetries(
          new Config(operation(3, 10, 60), operation(3, 5, 30), operation(2, 2, 10)), null);

  @ParameterizedTest
  @EnumSource(names = {"CLAIM", "ROLE", "DATABASE", "GRANTS", "VERIFICATION"})
  void triesStepsOfTheDatabaseAlike(StepName step) {
    RetryPolicy policy = retries.of(step);

    assertThat(policy.attempts()).isEqualTo(3);
    assertThat(policy.pauseAfter(2)).isGreaterThan(policy.pauseAfter(1));
    assertThat(policy.pauseAfter(9)).isLessThanOrEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void triesSchemaAndKeysByTheirOwnSettings() {
    assertThat(retries.of(StepName.SCHEMA).attempts()).isEqualTo(3);
    assertThat(retries.of(StepName.SCHEMA).pauseAfter(9))
        .isLessThanOrEqualTo(Duration.ofSeconds(30));
    assertThat(retries.of(StepName.ACTIVATION).attempts()).isEqualTo(2);
  }

  /** The client of the services tries each call itself. */
  @Test
  void doesNotMultiplyTheRetriesOfServices() {
    assertThat(retries.of(StepName.SERVICES).attempts()).isEqualTo(1);
  }
}
