package io.tenantry.kernel.job;

import io.tenantry.kernel.runtime.Backoff;
import java.time.Duration;

/**
 * How often and after which pauses a failed job is tried again.
 *
 * @param attempts how often in all, 1 or more
 */
public record RetryPolicy(int attempts, Backoff pauses) {

  /** Pauses that double, from the first up to the longest. */
  public static RetryPolicy doubling(int attempts, Duration first, Duration longest) {
    return new RetryPolicy(attempts, Backoff.doubling(first, longest));
  }

  /** The pause after this many attempts. */
  public Duration pauseAfter(int attempts) {
    return pauses.after(attempts);
  }
}
