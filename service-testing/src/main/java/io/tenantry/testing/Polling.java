package io.tenantry.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits for conditions with short poll intervals, since most hold within milliseconds. */
public final class Polling {

  private static final Duration INTERVAL = Duration.ofMillis(30);

  /** The default timeout, long enough for a busy machine. */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private Polling() {}

  /** Awaitility's, with a short poll interval and a limit of a minute. */
  public static ConditionFactory await() {
    return Awaitility.await().atMost(LIMIT).pollDelay(Duration.ZERO).pollInterval(INTERVAL);
  }
}
