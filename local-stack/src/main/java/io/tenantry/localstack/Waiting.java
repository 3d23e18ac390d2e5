package io.tenantry.localstack;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Waits for a server that was just started. */
final class Waiting {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int LOG_LINES = 20;

  private Waiting() {}

  /**
   * Returns when the server is ready.
   *
   * @throws LocalStackException when it ends or the time is over before; with the last lines of its
   *     log. The process is gone then.
   */
  static void until(SupervisedProcess process, Duration limit, BooleanSupplier ready) {
    long end = System.nanoTime() + limit.toNanos();
    while (!ready.getAsBoolean()) {
      if (!process.isAlive()) {
        throw failure(process, "ended while it started");
      }
      if (System.nanoTime() > end) {
        process.stop(SupervisedProcess.Signal.KILL, Duration.ofSeconds(5));
        throw failure(process, "was not ready after " + limit.toSeconds() + " s");
      }
      pause(process);
    }
  }

  private static void pause(SupervisedProcess process) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      process.stop(SupervisedProcess.Signal.KILL, Duration.ofSeconds(5));
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while waiting for " + process.name(), e);
    }
  }

  private static LocalStackException failure(SupervisedProcess process, String what) {
    List<String> lines = process.log().lastLines(LOG_LINES);
    String log =
        lines.isEmpty() ? "Its log is empty." : "Its log ends with:\n" + String.join("\n", lines);
    return new LocalStackException(process.name() + " " + what + ". " + log);
  }
}
