package io.tenantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.output.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates, timeouts, and outages of a service. */
class ConnectionTest {

  private static final String PASSWORD = "changeit";

  @TempDir Path folder;
  private HttpServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  private Ctl start(HttpServer unstarted, String scheme, HttpHandler handler) throws IOException {
    server = unstarted;
    server.bind(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 0);
    server.createContext("/", handler);
    server.start();
    return Ctl.bare()
        .with("XDG_CONFIG_HOME", folder.toString())
        .with("TENANT_URL", scheme + "://localhost:" + server.getAddress().getPort())
        .with("INGESTION_URL", scheme + "://localhost:" + server.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  @Tag("P5")
  void trustsCertificatesOfItsTrustFileOnly() throws Exception {
    Path store = folder.resolve("server.p12");
    Path pem = folder.resolve("ca.pem");
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-alias",
        "s",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString());
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "s",
        "-keystore",
        store.toString(),
        "-file",
        pem.toString());
    HttpsServer https = HttpsServer.create();
    https.setHttpsConfigurator(new HttpsConfigurator(serverContext(store)));
    Ctl ctl = start(https, "https", exchange -> answer(exchange, 200, "{\"items\": []}"));

    assertThat(ctl.run("tenants", "list").fails(ExitCode.UNREACHABLE).err())
        .startsWith("tenantctl: tenant-service is unreachable: TLS with https://localhost");
    ctl.with("TENANTRY_TRUST_FILE", pem.toString()).run("tenants", "list", "-o", "name").ok();
    Files.writeString(pem, "nothing");
    ctl.with("TENANTRY_TRUST_FILE", pem.toString()).run("tenants", "list").fails(ExitCode.USAGE);
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static SSLContext serverContext(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(store)) {
      keys.load(file, PASSWORD.toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  @Test
  @Tag("P5")
  void timesOutWithoutAnswer() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    Ctl ctl = start(HttpServer.create(), "http", exchange -> awaitQuietly(over));

    ctl.run("tenants", "list", "--timeout", "200ms")
        .fails(ExitCode.UNREACHABLE)
        .says(
            """
            tenantctl: tenant-service is unreachable: no answer within 0.2 s (--timeout)
            hint: tenantctl doctor finds the cause
            """);
    over.countDown();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Tag("P5")
  void resendsEventsWithSameIdsAfterOutage() throws Exception {
    List<JsonNode> bodies = new ArrayList<>();
    Ctl ctl =
        start(
            HttpServer.create(),
            "http",
            exchange -> {
              bodies.add(new ObjectMapper().readTree(exchange.getRequestBody()));
              if (bodies.size() == 1) {
                answer(exchange, 503, "{\"code\": \"KAFKA_UNAVAILABLE\", \"retryable\": true}");
              } else {
                answer(exchange, 202, "{\"accepted\": 2, \"refused\": 0, \"events\": []}");
              }
            });

    ctl.with("TENANTRY_API_KEY", "nm_1_2")
        .reading("{\"type\": \"a\"} {\"type\": \"b\"}")
        .run("events", "send", "--no-headers")
        .ok();
    assertThat(bodies).hasSize(2);
    assertThat(bodies.getFirst()).isEqualTo(bodies.getLast());
    assertThat(bodies.getFirst().findValuesAsText("event_id")).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  @Tag("P5")
  void stopsFetchingPagesWhenPipeIsClosed() throws Exception {
    AtomicInteger pages = new AtomicInteger();
    Ctl ctl =
        start(
            HttpServer.create(),
            "http",
            exchange -> {
              pages.incrementAndGet();
              answer(exchange, 200, "{\"items\": [{\"name\": \"a\"}], \"next\": \"b\"}");
            });
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };

    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            closed,
            OutputStream.nullOutputStream(),
            ctl.environment(),
            Terminal.Attached.NONE);
    assertThat(Cli.run(terminal, "tenants", "list", "--all")).isZero();
    assertThat(pages).hasValue(1);
  }

  @Test
  @Tag("P5")
  void escapesControlCharactersOfAnswers() throws Exception {
    Ctl ctl =
        start(
            HttpServer.create(),
            "http",
            exchange -> answer(exchange, 200, "{\"items\": [{\"name\": \"\\u001b]0;x\\u0007\"}]}"));

    assertThat(ctl.run("tenants", "list").ok().out())
        .contains("\\u001b]0;x\\u0007")
        .doesNotContain("\u001b");
  }
}
