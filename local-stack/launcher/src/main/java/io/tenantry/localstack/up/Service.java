package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import io.tenantry.localstack.SupervisedProcess;
import io.tenantry.localstack.SupervisedProcess.Signal;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** One of Tenantry's services as a child process. */
final class Service {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
  private static final int LOG_LINES = 20;

  private final String name;
  private final int port;
  private final Path log;
  private final SupervisedProcess process;
  private final long started = System.nanoTime();

  private Service(String name, int port, Path log, SupervisedProcess process) {
    this.name = name;
    this.port = port;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a service from its build, without waiting for it.
   *
   * @param name its module
   * @param program the program to run
   * @param environment its environment variables, including secrets
   * @throws LocalStackException if it is not built or cannot be started
   */
  static Service start(
      String name,
      ServiceProgram program,
      int port,
      Directories directories,
      Map<String, String> environment) {
    Map<String, String> all = new TreeMap<>(environment);
    all.put("HTTP_PORT", Integer.toString(port));
    // The local services must not be reachable from the network.
    all.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    all.put("LOG_JSON", "false");
    Path log = directories.logs().resolve(name + ".log");
    SupervisedProcess process =
        SupervisedProcess.start(
            new SupervisedProcess.Command(
                name,
                program.command(directories.temporary(name)),
                all,
                program.directory(),
                directories.local(),
                log,
                Signal.TERM,
                STOP_TIMEOUT));
    return new Service(name, port, log, process);
  }

  String name() {
    return name;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The time since it was started. */
  Duration age() {
    return Progress.since(started);
  }

  /** Completes with the exit status. */
  CompletableFuture<Integer> onExit() {
    return process.onExit();
  }

  /** Drains and stops it. */
  void stop() {
    process.stop(Signal.TERM, STOP_TIMEOUT);
  }

  /**
   * Waits until the service is ready.
   *
   * @throws LocalStackException if it exits or is not ready in time, with the last lines of its log
   */
  void awaitReady(HttpClient client) {
    long end = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!Readiness.of(url(), client)) {
      if (!process.isAlive()) {
        throw new LocalStackException(failure("exited during startup"));
      }
      if (System.nanoTime() > end) {
        throw new LocalStackException(
            failure("was not ready after " + START_TIMEOUT.toMinutes() + " minutes"));
      }
      Polling.pause(POLL_INTERVAL);
    }
  }

  /** Describes a failure of the service, with the path and the last lines of its log. */
  String failure(String what) {
    return "%s %s. The last lines of %s:%n%s"
        .formatted(name, what, log, String.join("\n", process.log().lastLines(LOG_LINES)));
  }
}
