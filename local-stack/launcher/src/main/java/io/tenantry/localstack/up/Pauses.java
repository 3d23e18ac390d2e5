package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Waiting for what happens elsewhere. */
final class Pauses {
  private static final Duration STEP = Duration.ofMillis(200);

  private Pauses() {}

  static void pause(Duration length) {
    try {
      Thread.sleep(length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted", e);
    }
  }

  /**
   * Asks again and again until there is an answer.
   *
   * @param what what is awaited, for the message
   * @throws LocalStackException when there is none in time
   */
  static <T> T until(String what, Duration limit, Supplier<Optional<T>> question) {
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < end) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      pause(STEP);
    }
    throw new LocalStackException(what + " did not come within " + limit.toSeconds() + " s");
  }
}
