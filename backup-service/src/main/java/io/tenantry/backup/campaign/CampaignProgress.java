package io.tenantry.backup.campaign;

import io.tenantry.backup.campaign.Campaign.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a campaign stands, and what follows from it.
 *
 * @param jobId the job that works on it
 * @param wave the wave in progress; 0 for the canaries
 * @param lastWave the last wave there is
 * @param nextAttemptAt when the first of those that are waiting is tried again
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
   * How many failures a campaign goes on with.
   *
   * @param maxFailures with so many it halts
   * @param maxFailureRate with a larger share of the tenants of the waves so far it halts
   */
  record Tolerance(Optional<Integer> maxFailures, double maxFailureRate) {}

  /**
   * How many tenants stand where.
   *
   * @param reached those of the waves so far
   * @param untried those of them that were not tried, or are being
   * @param waiting those of them that are tried again
   * @param failed failures that were not forgiven
   * @param open those of all waves that have not ended
   */
  record Tenants(long reached, long untried, long waiting, long failed, long open, long total) {

    long ended() {
      return total - open;
    }
  }

  /** What a worker does next. */
  sealed interface Step {

    /** Too many failed. */
    record Halt(String reason) implements Step {}

    /** Those of the waves so far are through. */
    record NextWave(int wave) implements Step {}

    /** Tenants of the waves so far are migrated, as far as there are any. */
    record Migrate() implements Step {}

    /** It does not run: what is in progress is completed, and nothing is started. */
    record Finish() implements Step {}
  }

  Step next() {
    if (status != Status.RUNNING) {
      return new Step.Finish();
    }
    return reasonToHalt()
        .<Step>map(Step.Halt::new)
        .orElseGet(() -> isWaveThrough() ? new Step.NextWave(wave + 1) : new Step.Migrate());
  }

  private Optional<String> reasonToHalt() {
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

  /** Canaries must have ended; others need not wait for those that are tried again. */
  private boolean isWaveThrough() {
    return tenants.untried() == 0 && (wave > 0 || tenants.waiting() == 0) && wave < lastWave;
  }

  /** How long there is nothing to do, if all that is left waits; at most so long. */
  Duration pause(Instant now, Duration longest) {
    Duration untilNext = nextAttemptAt.map(next -> Duration.between(now, next)).orElse(longest);
    return untilNext.isNegative()
        ? Duration.ZERO
        : untilNext.compareTo(longest) < 0 ? untilNext : longest;
  }
}
