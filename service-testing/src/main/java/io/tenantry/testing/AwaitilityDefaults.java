package io.tenantry.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.IterativePollInterval;

/** The poll intervals of tests that wait for a condition. */
final class AwaitilityDefaults {

  private static final Duration FIRST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofMillis(100);

  private AwaitilityDefaults() {}

  /**
   * Makes tests poll immediately, and then at intervals that grow to Awaitility's default: most
   * conditions hold within less than the default initial delay of a tenth of a second.
   */
  static void pollImmediately() {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(
        IterativePollInterval.iterative(
            last -> last.compareTo(LONGEST.dividedBy(2)) < 0 ? last.multipliedBy(2) : LONGEST,
            FIRST));
  }
}
