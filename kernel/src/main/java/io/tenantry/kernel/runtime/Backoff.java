package io.tenantry.kernel.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing pauses between attempts.
 *
 * @param first the pause after the first attempt
 * @param longest the longest pause
 * @param factor the growth of each pause
 */
public record Backoff(Duration first, Duration longest, double factor) {

  /** Pauses that double. */
  public static Backoff doubling(Duration first, Duration longest) {
    return new Backoff(first, longest, 2);
  }

  /** The pause after an attempt, counted from 1. */
  public Duration after(int attempts) {
    double millis = (double) first.toMillis() * Math.pow(factor, attempts - 1.0);
    return Duration.ofMillis((long) Math.min(millis, (double) longest.toMillis()));
  }

  /**
   * {@link #after} with a jitter of 50 percent, so that callers that failed together do not retry
   * together.
   */
  public Duration jittered(int attempts, RandomGenerator random) {
    return Duration.ofMillis((long) (after(attempts).toMillis() * random.nextDouble(0.5, 1.5)));
  }
}
