package io.tenantry.localstack;

import io.tenantry.localstack.SupervisedProcess.Signal;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Waits until a server that was started is ready. */
final class ServerReadiness {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);
  private static final int LOG_LINES = 20;

  private ServerReadiness() {}

  /** A server that was started. */
  interface Server {
    String name();

    boolean isAlive();

    void kill();

    List<String> lastLogLines(int count);
  }

  /** A server that is a child process. */
  record ChildProcess(SupervisedProcess process) implements Server {
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
      process.stop(Signal.KILL, KILL_TIMEOUT);
    }

    @Override
    public List<String> lastLogLines(int count) {
      return process.log().lastLines(count);
    }
  }

  /**
   * Waits until the server is ready.
   *
   * @throws LocalStackException if it exits or is not ready in time, with the last lines of its
   *     log; the server is stopped then
   */
  static void await(Server server, Duration limit, BooleanSupplier ready) {
    long end = System.nanoTime() + limit.toNanos();
    while (!ready.getAsBoolean()) {
      if (!server.isAlive()) {
        throw failure(server, "exited during startup");
      }
      if (System.nanoTime() > end) {
        server.kill();
        throw failure(server, "was not ready after " + limit.toSeconds() + " s");
      }
      pause(server);
    }
  }

  private static void pause(Server server) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      server.kill();
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while waiting for " + server.name(), e);
    }
  }

  private static LocalStackException failure(Server server, String what) {
    List<String> lines = server.lastLogLines(LOG_LINES);
    String log =
        lines.isEmpty() ? "Its log is empty." : "Its log ends with:\n" + String.join("\n", lines);
    return new LocalStackException(server.name() + " " + what + ". " + log);
  }
}
