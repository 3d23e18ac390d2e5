package io.tenantry.localstack;

import io.tenantry.localstack.SupervisedProcess.Signal;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Waits for a server that was just started. */
final class Waiting {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
  private static final int LOG_LINES = 20;

  private Waiting() {}

  /** What is waited for. */
  interface Subject {
    String name();

    boolean isAlive();

    void kill();

    List<String> lastLogLines(int count);
  }

  /** A child process. */
  record Started(SupervisedProcess process) implements Subject {
    @Override
    public String name() {
      return process.name();
    }

    @Override
    public boolean isAlive() {
      return process.isAlive();
    }

    @Override
    public void kill() {
      process.stop(Signal.KILL, KILL_LIMIT);
    }

    @Override
    public List<String> lastLogLines(int count) {
      return process.log().lastLines(count);
    }
  }

  /**
   * Returns when the server is ready.
   *
   * @throws LocalStackException when it ends or the time is over before; with the last lines of its
   *     log. The server is gone then.
   */
  static void until(Subject server, Duration limit, BooleanSupplier ready) {
    long end = System.nanoTime() + limit.toNanos();
    while (!ready.getAsBoolean()) {
      if (!server.isAlive()) {
        throw failure(server, "ended while it started");
      }
      if (System.nanoTime() > end) {
        server.kill();
        throw failure(server, "was not ready after " + limit.toSeconds() + " s");
      }
      pause(server);
    }
  }

  private static void pause(Subject server) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      server.kill();
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while waiting for " + server.name(), e);
    }
  }

  private static LocalStackException failure(Subject server, String what) {
    List<String> lines = server.lastLogLines(LOG_LINES);
    String log =
        lines.isEmpty() ? "Its log is empty." : "Its log ends with:\n" + String.join("\n", lines);
    return new LocalStackException(server.name() + " " + what + ". " + log);
  }
}
