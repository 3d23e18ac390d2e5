package io.tenantry.benchmarks;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.SupervisedProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A packaged service that runs in a separate process, as in production. */
final class Service implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

  private final SupervisedProcess process;
  private final Path pidFile;

  /**
   * Runs its callbacks on the calling thread to use little CPU, as the service shares the machine.
   */
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(Runnable::run).build();

  private final URI address;
  private final String adminKey;

  private Service(SupervisedProcess process, Path pidFile, URI address, String adminKey) {
    this.process = process;
    this.pidFile = pidFile;
    this.address = address;
    this.adminKey = adminKey;
  }

  /**
   * Starts the service of this module and waits until it is ready.
   *
   * @param module its directory in the project
   */
  static Service start(Path project, String module, LocalStack stack)
      throws IOException, InterruptedException {
    return start(project, module, stack, Map.of());
  }

  /**
   * As {@link #start(Path, String, LocalStack)}.
   *
   * @param settings added to the stack's environment
   */
  static Service start(Path project, String module, LocalStack stack, Map<String, String> settings)
      throws IOException, InterruptedException {
    return start(project, module, module, stack, settings);
  }

  /**
   * As {@link #start(Path, String, LocalStack, Map)}, for another replica of the module's service.
   *
   * @param name distinguishes the replicas; the log is {@code benchmarks/target/<name>.log}
   */
  static Service start(
      Path project, String module, String name, LocalStack stack, Map<String, String> settings)
      throws IOException, InterruptedException {
    Service service =
        launch(project, module, name, stack, settings, jvm(project, module, List.of()));
    service.awaitReady(Duration.ofMillis(100));
    return service;
  }

  /** The command that runs a module's service with this JVM and further options. */
  static List<String> jvm(Path project, String module, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.add("-jar");
    command.add(application(project, module).resolve("quarkus-run.jar").toString());
    return command;
  }

  private static Path application(Path project, String module) {
    return project.resolve(module).resolve("target/quarkus-app");
  }

  /** Starts a service without waiting until it is ready. */
  static Service launch(
      Path project,
      String module,
      LocalStack stack,
      Map<String, String> settings,
      List<String> command)
      throws IOException {
    return launch(project, module, module, stack, settings, command);
  }

  private static Service launch(
      Path project,
      String module,
      String name,
      LocalStack stack,
      Map<String, String> settings,
      List<String> command)
      throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path work = project.resolve("benchmarks/target");
    Map<String, String> environment = new TreeMap<>(stack.environment());
    environment.put("HTTP_PORT", String.valueOf(port));
    environment.putAll(settings);
    SupervisedProcess process =
        SupervisedProcess.start(
            new SupervisedProcess.Command(
                name,
                command,
                environment,
                application(project, module),
                work,
                work.resolve(name + ".log"),
                SupervisedProcess.Signal.TERM,
                STOP_TIMEOUT));
    return new Service(
        process,
        work.resolve(name + ".pid"),
        URI.create("http://127.0.0.1:" + port),
        stack.variable("TENANTRY_ADMIN_KEY"));
  }

  /** Polls the service until it is ready, with this pause between requests. */
  void awaitReady(Duration pause) throws InterruptedException {
    long end = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!isReady()) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new IllegalStateException(
            "the service did not become ready; see its log in benchmarks/target");
      }
      Thread.sleep(pause);
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      return send("GET", "/q/health/ready", "").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Sends a request with the admin key and waits for the response. */
  HttpResponse<String> send(String method, String path, String json)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(address.resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(json))
            .header("Authorization", "Bearer " + adminKey)
            .header("Content-Type", "application/json")
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The base URL of the service. */
  URI address() {
    return address;
  }

  /** Stops the service within this time; a JVM may write its AOT cache on exit. */
  void stop(Duration timeout) {
    process.stop(SupervisedProcess.Signal.TERM, timeout);
  }

  /** Kills the service: no shutdown hook and no finally block runs. */
  void kill() {
    process.stop(SupervisedProcess.Signal.KILL, STOP_TIMEOUT);
  }

  /** The maximum resident set size so far, as text; Linux only. */
  String largestResidentSize() {
    return largestResidentMegabytes().map(size -> size + " MB").orElse("unknown");
  }

  /** The maximum resident set size so far in megabytes; empty if unknown. */
  Optional<Long> largestResidentMegabytes() {
    try (Stream<String> lines = Files.lines(ownFile("status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Starts the measurement of the maximum resident set size again; Linux only. */
  void forgetLargestResidentSize() throws IOException {
    Files.writeString(ownFile("clear_refs"), "5");
  }

  /** A file of the process in {@code /proc}. */
  private Path ownFile(String name) throws IOException {
    return Path.of("/proc", Files.readString(pidFile).strip(), name);
  }

  @Override
  public void close() {
    process.stop(SupervisedProcess.Signal.TERM, STOP_TIMEOUT);
  }
}
