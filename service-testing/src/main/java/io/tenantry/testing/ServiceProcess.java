package io.tenantry.testing;

import static io.tenantry.testing.Polling.await;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.Ports;
import io.tenantry.localstack.SupervisedProcess;
import io.tenantry.localstack.SupervisedProcess.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Runs the packaged service of the current module in its own process, on the shared stack. */
public final class ServiceProcess implements AutoCloseable {

  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Without a cluster the operator does not start. */
  private static final Set<String> KUBERNETES = Set.of("KUBECONFIG", "KUBERNETES_NAMESPACE");

  /** The process lives for seconds, so optimisations for long runs only cost time. */
  private static final List<String> QUICK_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  static {
    AwaitilityDefaults.pollImmediately();
  }

  private final SupervisedProcess process;
  private final URI address;
  private final Path log;

  private ServiceProcess(SupervisedProcess process, URI address, Path log) {
    this.process = process;
    this.address = address;
    this.log = log;
  }

  /**
   * Starts the service without waiting for it.
   *
   * @param changes variables that differ from the stack's; an empty value removes one
   */
  public static ServiceProcess launch(Map<String, String> changes) {
    return start(JAR, changes);
  }

  /**
   * Starts the service of another module without waiting for it.
   *
   * @param module the folder of the module, which must be packaged
   * @param changes as for {@link #launch(Map)}
   */
  public static ServiceProcess launch(Path module, Map<String, String> changes) {
    Path jar = module.resolve(JAR);
    if (!Files.exists(jar)) {
      throw new IllegalStateException("there is no " + jar + ": package that module first");
    }
    return start(jar, changes);
  }

  private static ServiceProcess start(Path jar, Map<String, String> changes) {
    Path runner = jar.toAbsolutePath().normalize();
    return start(
        runner, AotCache.of(runner, (path, option) -> train(path, option, changes)), changes);
  }

  /**
   * Starts and stops a service to record the classes that it loads.
   *
   * @param changes those of the caller, of which only the Kubernetes cluster is used
   */
  private static void train(Path jar, String option, Map<String, String> changes) {
    Map<String, String> training = new TreeMap<>(changes);
    training.keySet().retainAll(KUBERNETES);
    // Without a store for backups backup-service does not start, and there would be no cache.
    training.put(
        "TENANT_BACKUP_PATH",
        Path.of("target", "backups-" + UUID.randomUUID()).toAbsolutePath().toString());
    // The same for the console and its sessions.
    training.put("CONSOLE_SESSION_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    try (ServiceProcess service = start(jar, List.of(option), training)) {
      service.awaitStatus("/q/health/ready", 200);
      service.terminate();
    }
  }

  private static ServiceProcess start(Path jar, List<String> options, Map<String, String> changes) {
    int port =
        Optional.ofNullable(changes.get("HTTP_PORT"))
            .map(Integer::parseInt)
            .orElseGet(() -> Ports.free(1).getFirst());
    Map<String, String> environment = new TreeMap<>(LocalStack.shared().environment());
    environment.put("HTTP_PORT", Integer.toString(port));
    environment.put("LOG_JSON", "false");
    // Tests enable the warm pool explicitly.
    environment.put("POOL_SIZE", "0");
    environment.putAll(changes);
    List<String> command = new ArrayList<>(List.of("env"));
    environment.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            command.addAll(List.of("-u", name));
          }
        });
    environment.values().removeIf(String::isEmpty);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(QUICK_START);
    command.addAll(options);
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-jar", jar.toString()));
    Path directory = Path.of("target", "service-processes").toAbsolutePath();
    String name = "service-" + UUID.randomUUID();
    Path log = directory.resolve(name + ".log");
    SupervisedProcess process =
        SupervisedProcess.start(
            new SupervisedProcess.Command(
                name,
                command,
                environment,
                directory.resolveSibling(""),
                directory,
                log,
                Signal.KILL,
                LIMIT));
    return new ServiceProcess(process, URI.create("http://localhost:" + port), log);
  }

  /** Starts the service and waits until it is ready. */
  public static ServiceProcess start(Map<String, String> changes) {
    ServiceProcess service = launch(changes);
    try {
      service.awaitStatus("/q/health/ready", 200);
      return service;
    } catch (RuntimeException | Error e) {
      // Stop the process: it would interfere with the next one.
      service.close();
      throw e;
    }
  }

  /** Its URL. */
  public URI address() {
    return address;
  }

  /** Waits until a GET without credentials returns this status. */
  public void awaitStatus(String path, int status) {
    ServiceHttp http = new ServiceHttp(address);
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .failFast("the service has ended, see " + log, () -> !process.isAlive())
        .until(() -> http.get(path).status() == status);
  }

  /** Waits until its log contains a text. */
  public void awaitLog(String words) {
    await().atMost(LIMIT).until(() -> log().contains(words));
  }

  /** Its standard output and error so far. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the process exits; returns the exit status. */
  public int awaitEnd() {
    return await()
        .atMost(LIMIT)
        .until(() -> process.onExit().getNow(null), status -> status != null);
  }

  /** Sends SIGTERM, as an orchestrator does, and waits until the process exits. */
  public void terminate() {
    process.stop(Signal.TERM, LIMIT);
  }

  /** Sends SIGKILL: no shutdown hook and no finally block runs. */
  public void kill() {
    process.stop(Signal.KILL, LIMIT);
  }

  @Override
  public void close() {
    kill();
  }
}
