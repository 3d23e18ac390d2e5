package io.tenantry.tenant.webhook.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The pauses before the attempts of a delivery, of which there are ten in about three days: the
 * schedule that the Standard Webhooks specification proposes.
 */
final class RetrySchedule {

  /** The pause before each attempt, the first of which is made at once. */
  static final List<Duration> PAUSES =
      List.of(
          Duration.ZERO,
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(20),
          Duration.ofHours(24));

  /** A pause is up to this share longer, so that deliveries that failed together spread. */
  private static final double JITTER = 0.1;

  private final RandomGenerator random;

  RetrySchedule(RandomGenerator random) {
    this.random = random;
  }

  /**
   * The pause after failed attempts.
   *
   * @param failures how many attempts failed, from 1
   * @return empty if no further attempt is made
   */
  Optional<Duration> after(int failures) {
    return failures < PAUSES.size()
        ? Optional.of(jittered(PAUSES.get(failures)))
        : Optional.empty();
  }

  /** A pause that is up to a tenth longer. */
  Duration jittered(Duration pause) {
    return Duration.ofMillis((long) (pause.toMillis() * (1 + JITTER * random.nextDouble())));
  }
}
