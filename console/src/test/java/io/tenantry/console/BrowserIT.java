package io.tenantry.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tenantry.testing.ControlDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Drives the console in a real browser, against the real services. The tests are in {@code
 * src/test/e2e}; this class starts what they need and does for them what a browser cannot.
 */
@Tag("P6")
class BrowserIT {

  private static final Path TESTS = Path.of("src", "test", "e2e");
  private static final Path LOG = Path.of("target", "e2e.log");

  /** They take five minutes on two processors that do nothing else. */
  private static final int LIMIT_MINUTES = 20;

  private final ConsoleStack stack = ConsoleStack.shared();
  private HttpServer control;

  @BeforeEach
  void startControl() throws IOException {
    control = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    control.createContext("/sql", exchange -> answer(exchange, () -> runSql(exchange)));
    control.createContext(
        "/backup-service/stop", exchange -> answer(exchange, stack::stopBackupService));
    control.createContext(
        "/backup-service/start", exchange -> answer(exchange, stack::startBackupService));
    control.start();
  }

  @AfterEach
  void stopControl() {
    control.stop(0);
  }

  @Test
  void everyScreenWorksInBrowser() throws Exception {
    List<String> command =
        new ArrayList<>(List.of(TESTS.resolve("run").toAbsolutePath().toString()));
    // -Dconsole.e2e='screens roles' runs these files only.
    command.addAll(List.of(System.getProperty("console.e2e", "").trim().split(" +", -1)));
    command.removeIf(String::isEmpty);
    ProcessBuilder tests =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(LOG.toFile());
    tests.environment().putAll(stack.variables());
    tests
        .environment()
        .put("TENANTRY_E2E_CONTROL", "http://127.0.0.1:" + control.getAddress().getPort());
    Process process = tests.start();
    boolean hasEnded = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
    if (!hasEnded) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }

    assertThat(hasEnded && process.exitValue() == 0)
        .as("the browser tests, whose output was:\n%s", Files.readString(LOG))
        .isTrue();
  }

  private static void runSql(HttpExchange exchange) throws IOException {
    ControlDatabase.execute(
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void answer(HttpExchange exchange, Work work) throws IOException {
    try (exchange) {
      byte[] problem = new byte[0];
      try {
        work.run();
      } catch (IOException | RuntimeException e) {
        problem = e.toString().getBytes(StandardCharsets.UTF_8);
      }
      if (problem.length == 0) {
        exchange.sendResponseHeaders(204, -1);
      } else {
        exchange.sendResponseHeaders(500, problem.length);
        exchange.getResponseBody().write(problem);
      }
    }
  }
}
