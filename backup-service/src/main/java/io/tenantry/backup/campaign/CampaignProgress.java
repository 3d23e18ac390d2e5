package io.tenantry.backup.campaign;

import io.tenantry.backup.campaign.Campaign.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The state of a running campaign, and the rules that decide its next step.
 *
 * @param jobId the job that runs it
 * @param wave the wave in progress; 0 for the canaries
 * @param lastWave the number of the last wave
 * @param nextAttemptAt when the first waiting tenant is retried
 */
record CampaignProgress(
    Status status,
    UUID jobId,
    int wave,
    int lastWave,
    Tolerance tolerance,
    Tenants tenants,
    Optional<Instant> nextAttemptAt) {

  /**
   * The failures at which a campaign halts.
   *
   * @param maxFailures the number of failures at which the campaign halts
   * @param maxFailureRate the share of failures, among the tenants of the waves so far, above which
   *     the campaign halts
   */
  record Tolerance(Optional<Integer> maxFailures, double maxFailureRate) {}

  /**
   * The number of tenants by status.
   *
   * @param reached the tenants of the waves so far
   * @param untried of these, the tenants that were not attempted yet or are in progress
   * @param waiting of these, the tenants that wait for a retry
   * @param failed failures since the failure count was last reset
   * @param open the tenants of all waves that are not finished
   */
  record Tenants(long reached, long untried, long waiting, long failed, long open, long total) {

    long finished() {
      return total - open;
    }
  }

  /** What the campaign's job does next. */
  sealed interface Step {

    /** Too many tenants failed. */
    record Halt(String reason) implements Step {}

    /** The tenants of the waves so far are done: the next wave starts. */
    record NextWave(int wave) implements Step {}

    /** Due tenants of the waves so far are migrated. */
    record Migrate() implements Step {}

    /** The campaign is not running: work in progress is completed, nothing is started. */
    record Finish() implements Step {}
  }

  Step next() {
    if (status != Status.RUNNING) {
      return new Step.Finish();
    }
    return haltReason()
        .<Step>map(Step.Halt::new)
        .orElseGet(() -> isWaveDone() ? new Step.NextWave(wave + 1) : new Step.Migrate());
  }

  private Optional<String> haltReason() {
    long failed = tenants.failed();
    if (failed <= 0) {
      return Optional.empty();
    }
    if (wave == 0) {
      return Optional.of("A canary failed.");
    }
    if (tolerance.maxFailures().filter(most -> failed >= most).isPresent()) {
      return Optional.of("%d tenants failed.".formatted(failed));
    }
    return failed > tolerance.maxFailureRate() * tenants.reached()
        ? Optional.of("%d of %d tenants failed.".formatted(failed, tenants.reached()))
        : Optional.empty();
  }

  /** The canaries must all be finished; later waves do not wait for retries. */
  private boolean isWaveDone() {
    return tenants.untried() == 0 && (wave > 0 || tenants.waiting() == 0) && wave < lastWave;
  }

  /** The time until the next retry, if all remaining tenants wait; at most {@code longest}. */
  Duration pause(Instant now, Duration longest) {
    Duration untilNext = nextAttemptAt.map(next -> Duration.between(now, next)).orElse(longest);
    return untilNext.isNegative()
        ? Duration.ZERO
        : untilNext.compareTo(longest) < 0 ? untilNext : longest;
  }
}
