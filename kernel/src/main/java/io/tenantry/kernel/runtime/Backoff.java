package io.tenantry.kernel.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts, which grow.
 *
 * @param first the pause after the first attempt
 * @param longest what they grow to
 * @param factor what each is multiplied by for the next
 */
public record Backoff(Duration first, Duration longest, double factor) {

  /** Pauses that double. */
  public static Backoff doubling(Duration first, Duration longest) {
    return new Backoff(first, longest, 2);
  }

  /** The pause after this many attempts, 1 or more. */
  public Duration after(int attempts) {
    double millis = (double) first.toMillis() * Math.pow(factor, attempts - 1.0);
    return Duration.ofMillis((long) Math.min(millis, (double) longest.toMillis()));
  }

  /**
   * {@link #after}, half as long to half as long again, so that those who were held up together do
   * not come back together.
   */
  public Duration jittered(int attempts, RandomGenerator random) {
    return Duration.ofMillis((long) (after(attempts).toMillis() * random.nextDouble(0.5, 1.5)));
  }
}
