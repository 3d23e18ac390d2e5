package io.tenantry.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.IterativePollInterval;

/** How often tests look whether something has happened. */
final class AwaitilityDefaults {

  private static final Duration FIRST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofMillis(100);

  private AwaitilityDefaults() {}

  /**
   * Lets tests look at once, and then at intervals that grow to Awaitility's own: most of what they
   * wait for takes less than the tenth of a second with which Awaitility begins.
   */
  static void lookAtOnce() {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(
        IterativePollInterval.iterative(
            last -> last.compareTo(LONGEST.dividedBy(2)) < 0 ? last.multipliedBy(2) : LONGEST,
            FIRST));
  }
}
