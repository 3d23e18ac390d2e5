package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Polls for results. */
final class Polling {
  private static final Duration INTERVAL = Duration.ofMillis(200);

  private Polling() {}

  static void pause(Duration length) {
    try {
      Thread.sleep(length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted", e);
    }
  }

  /**
   * Repeats a query until it has a result.
   *
   * @param what the expected result, for the error message
   * @throws LocalStackException if there is no result in time
   */
  static <T> T await(String what, Duration limit, Supplier<Optional<T>> query) {
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < end) {
      Optional<T> result = query.get();
      if (result.isPresent()) {
        return result.get();
      }
      pause(INTERVAL);
    }
    throw new LocalStackException(what + " was not available within " + limit.toSeconds() + " s");
  }
}
