package io.tenantry.chaos;

import io.tenantry.localstack.SupervisedProcess;
import io.tenantry.localstack.SupervisedProcess.Signal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One process of a packaged service; it is started again at the same address. */
final class Replica implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

  private final String name;
  private final Path application;
  private final Path work;
  private final Map<String, String> environment;
  private final URI address;
  private final HttpClient probes = HttpClient.newHttpClient();
  private volatile SupervisedProcess process;

  /**
   * Starts it, without waiting until it is ready.
   *
   * @param name its name in messages and files
   * @param application the folder of the packaged service
   * @param work where log and process id are written
   * @param port its HTTP port
   */
  Replica(String name, Path application, Path work, int port, Map<String, String> environment) {
    this.name = name;
    this.application = application;
    this.work = work;
    this.environment = new TreeMap<>(environment);
    this.environment.put("HTTP_PORT", Integer.toString(port));
    this.address = URI.create("http://127.0.0.1:" + port);
    this.process = launch();
  }

  private SupervisedProcess launch() {
    return SupervisedProcess.start(
        new SupervisedProcess.Command(
            name,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx384m",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                application.resolve("quarkus-run.jar").toString()),
            environment,
            application,
            work,
            work.resolve(name + ".log"),
            Signal.TERM,
            TIMEOUT));
  }

  String name() {
    return name;
  }

  URI address() {
    return address;
  }

  /** Sends SIGKILL: no shutdown hook and no finally block runs. */
  void kill() {
    process.stop(Signal.KILL, TIMEOUT);
  }

  /** Sends SIGTERM, as an orchestrator does, and waits until the process has exited. */
  void terminate() {
    process.stop(Signal.TERM, TIMEOUT);
  }

  /** Starts it again after it exited, without waiting until it is ready. */
  void start() {
    process = launch();
  }

  /** Suspends the process: its leases and sessions run out while it believes nothing happened. */
  void suspend() throws IOException, InterruptedException {
    Signals.send("STOP", pid());
  }

  /** Lets the suspended process continue. */
  void resume() throws IOException, InterruptedException {
    Signals.send("CONT", pid());
  }

  private long pid() throws IOException {
    return Signals.pidIn(work.resolve(name + ".pid"));
  }

  /** Whether it reports that it is ready. */
  boolean isReady() {
    try {
      return probes
              .send(
                  HttpRequest.newBuilder(address.resolve("/q/health/ready"))
                      .timeout(PROBE_TIMEOUT)
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Waits until it is ready.
   *
   * @throws IllegalStateException if it is not within the limit, or has exited
   */
  void awaitReady(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException(
            "%s is not ready after %d s, see %s"
                .formatted(name, limit.toSeconds(), work.resolve(name + ".log")));
      }
      Thread.sleep(100);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
