package io.tenantry.tenant.process;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import io.tenantry.localstack.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The packaged tenant-service in a process of its own, to be killed. */
final class ServiceProcess implements AutoCloseable {

  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

  private final Process process;
  private final int port;
  private final Path log;

  private ServiceProcess(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /** Starts the service on the tests' stack; it may not be ready yet, or never be. */
  static ServiceProcess launch(Map<String, String> overrides) {
    try {
      int port = freePort();
      Path log = Files.createTempFile(Path.of("target"), "tenant-service", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "-jar",
              JAR.toString());
      Map<String, String> environment = new TreeMap<>(LocalStack.shared().environment());
      environment.put("HTTP_PORT", String.valueOf(port));
      environment.putAll(overrides);
      environment.forEach(
          (name, value) -> {
            if (value.isEmpty()) {
              builder.environment().remove(name);
            } else {
              builder.environment().put(name, value);
            }
          });
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      return new ServiceProcess(builder.start(), port, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the service and waits until it is ready. */
  static ServiceProcess start(Map<String, String> overrides) {
    ServiceProcess service = launch(overrides);
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> given().port(service.port).get("/q/health/ready").statusCode() == 200);
    return service;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** A request to this process with the admin key. */
  RequestSpecification asAdmin() {
    return given()
        .port(port)
        .auth()
        .oauth2(LocalStack.shared().environment().get("TENANTRY_ADMIN_KEY"))
        .contentType(ContentType.JSON);
  }

  /** SIGKILL: no hook runs, no finally. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Waits for the process to end by itself; returns its exit code. */
  int awaitEnd() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the service still runs");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** All it has written to its standard output and error. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
