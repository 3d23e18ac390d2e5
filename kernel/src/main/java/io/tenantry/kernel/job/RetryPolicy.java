package io.tenantry.kernel.job;

import io.tenantry.kernel.runtime.Backoff;
import java.time.Duration;

/**
 * How often, and after which pauses, a failed job is retried.
 *
 * @param attempts the total number of attempts, at least 1
 */
public record RetryPolicy(int attempts, Backoff pauses) {

  /** Pauses that double up to the longest. */
  public static RetryPolicy doubling(int attempts, Duration first, Duration longest) {
    return new RetryPolicy(attempts, Backoff.doubling(first, longest));
  }

  /** The pause after an attempt, counted from 1. */
  public Duration pauseAfter(int attempts) {
    return pauses.after(attempts);
  }
}
