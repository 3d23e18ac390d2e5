package io.tenantry.kernel.job;

import java.time.Duration;

/**
 * How often and after which pauses a failed job is tried again.
 *
 * @param attempts how often in all, 1 or more
 * @param delay the pause after the first attempt
 * @param maxDelay the longest pause
 * @param factor what each pause is multiplied by for the next
 */
public record RetryPolicy(int attempts, Duration delay, Duration maxDelay, double factor) {

  /** Pauses that double. */
  public static RetryPolicy doubling(int attempts, Duration delay, Duration maxDelay) {
    return new RetryPolicy(attempts, delay, maxDelay, 2);
  }

  /** The pause after this many attempts. */
  public Duration pauseAfter(int attempts) {
    double millis = (double) delay.toMillis() * Math.pow(factor, attempts - 1.0);
    return Duration.ofMillis((long) Math.min(millis, (double) maxDelay.toMillis()));
  }
}
