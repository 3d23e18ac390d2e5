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
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(100);
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
   * @param program what it is started as
   * @param environment what it needs, secrets included
   * @throws LocalStackException when it is not built or cannot be started
   */
  static Service start(
      String name,
      ServiceProgram program,
      int port,
      Directories directories,
      Map<String, String> environment) {
    Map<String, String> all = new TreeMap<>(environment);
    all.put("HTTP_PORT", Integer.toString(port));
    // Nothing on this machine is meant for the network.
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
                STOP_LIMIT));
    return new Service(name, port, log, process);
  }

  String name() {
    return name;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The time since its start. */
  Duration age() {
    return Progress.since(started);
  }

  /** Completes with the exit status. */
  CompletableFuture<Integer> onExit() {
    return process.onExit();
  }

  /** Drains and ends it. */
  void stop() {
    process.stop(Signal.TERM, STOP_LIMIT);
  }

  /**
   * Returns when the service says that it is ready.
   *
   * @throws LocalStackException when it ends or the time is over before, with the last lines of its
   *     log
   */
  void awaitReady(HttpClient client) {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!Readiness.of(url(), client)) {
      if (!process.isAlive()) {
        throw new LocalStackException(failure("ended while it started"));
      }
      if (System.nanoTime() > end) {
        throw new LocalStackException(
            failure("was not ready after " + START_LIMIT.toMinutes() + " minutes"));
      }
      Pauses.pause(PAUSE);
    }
  }

  /** A sentence about the service, with where its log is and how it ends. */
  String failure(String what) {
    return "%s %s. The end of %s:%n%s"
        .formatted(name, what, log, String.join("\n", process.log().lastLines(LOG_LINES)));
  }
}
