package io.tenantry.console;

import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tenantry.console.Browser.Answer;
import io.tenantry.testing.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls are passed on to the APIs of the three services, with the session's rights. */
@Tag("P6")
class ProxyIT {

  private static final String TENANTS = "/api/tenant/v1/tenants";
  private static final String UNREACHABLE = "http://127.0.0.1:1";

  /** Changes nothing, and is for viewers, too. */
  private static final String VALIDATION = "/api/tenant/v1/api-keys/validate";

  /** The end of a chunked body, and another request. */
  private static final String METRICS =
      "0\r\n\r\nGET /q/metrics HTTP/1.1\r\nHost: console\r\nConnection: close\r\n\r\n";

  private final ConsoleStack stack = ConsoleStack.shared();

  private static String newTenant() {
    return "{\"name\":\"console_%d\",\"environment\":\"development\"}".formatted(System.nanoTime());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        TENANTS,
        "/api/ingestion/v1/topics",
        "/api/backup/v1/schedules?limit=1",
        "/api/tenant/v1/whoami",
        "/api/ingestion/v1/whoami",
        "/api/backup/v1/whoami"
      })
  void readsFromEachService(String path) {
    Answer answer = stack.browser(ConsoleStack.VIEWER_KEY).get(path);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).startsWith("application/json");
    assertThat(answer.header("cache-control")).isEqualTo("no-store");
  }

  @Test
  void changesAndShowsWhereTheResultIs() {
    Browser operator = stack.browser(ConsoleStack.OPERATOR_KEY);

    Answer created = operator.post(TENANTS, newTenant());

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("location")).startsWith(TENANTS + "/");
    assertThat(operator.get(created.header("location")).status()).isEqualTo(200);
  }

  @Test
  void passesOnProblemsOfServices() {
    Answer answer = stack.browser(ConsoleStack.adminKey()).post(TENANTS, "{\"name\":\"\"}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.code()).isEqualTo("VALIDATION_FAILED");
    assertThat(answer.json().getJsonArray("errors")).isNotEmpty();
  }

  @Test
  void permitsViewerNoChanges() {
    String id =
        stack
            .browser(ConsoleStack.adminKey())
            .post(TENANTS, newTenant())
            .json()
            .getString("tenant_id");
    Browser viewer = stack.browser(ConsoleStack.VIEWER_KEY);

    for (Answer answer :
        List.of(
            viewer.post(TENANTS, newTenant()),
            viewer.post(TENANTS + "/" + id + "/suspend", ""),
            viewer.delete(TENANTS + "/" + id),
            viewer.get(TENANTS + "/" + id + "/connection-string"),
            viewer.post("/api/backup/v1/tenants/" + id + "/backups", "{}"))) {
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.code()).isEqualTo("FORBIDDEN");
    }
  }

  /** Every operation of a service's API that may change something, as method and path. */
  static Stream<Arguments> changes() throws IOException {
    List<Arguments> changes = new ArrayList<>();
    for (String service : List.of("tenant", "ingestion", "backup")) {
      String path = "";
      for (String line : Files.readAllLines(Path.of("..", service + "-service", "openapi.yaml"))) {
        if (line.matches("  /api/v1/.*:")) {
          path = line.strip().replaceFirst("/api/v1/(.*):", "/api/" + service + "/v1/$1");
        } else if (line.matches("    (post|put|patch|delete):") && !path.equals(VALIDATION)) {
          changes.add(Arguments.of(line.strip().replace(":", "").toUpperCase(Locale.ROOT), path));
        }
      }
    }
    return changes.stream();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void refusesEveryChangeToViewer(String method, String path) {
    Browser viewer = stack.browser(ConsoleStack.VIEWER_KEY);

    Answer answer =
        viewer.send(
            viewer
                .json(method, path.replaceAll("\\{[^}]*}", UUID.randomUUID().toString()), "{}")
                .header("X-CSRF-Token", viewer.csrf()));

    assertThat(answer.status()).as(answer.response().body()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("FORBIDDEN");
  }

  @Test
  void needsASessionEvenWithAKey() {
    Browser browser = stack.browser();

    assertThat(browser.get(TENANTS).code()).isEqualTo("UNAUTHENTICATED");
    assertThat(
            browser
                .send(
                    browser
                        .request(TENANTS)
                        .header("Authorization", "Bearer " + ConsoleStack.adminKey())
                        .header("X-API-Key", ConsoleStack.adminKey()))
                .code())
        .isEqualTo("UNAUTHENTICATED");
    assertThat(browser.get("/hints").code()).isEqualTo("UNAUTHENTICATED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/tenant/q/metrics",
        "GET /api/tenant/v1/../../q/metrics",
        "GET /api/tenant/v1/..%2f..%2fq/metrics",
        "GET /api/tenant/v1/%2e%2e/%2e%2e/q/metrics",
        "GET /api/tenant/v1/..;/..;/q/metrics",
        "GET /api/tenant/v1//evil.example/",
        "GET /api/tenant/v1/@evil.example/%2e%2e",
        "GET /api/tenant/v1@evil.example/",
        "GET /api/tenant/v2/tenants",
        "GET /api/other/v1/tenants",
        "GET /api/http://evil.example/",
        "GET http://evil.example/api/tenant/v1/tenants",
        "GET /api/tenant/v1/tenants%0d%0aX:%20y",
        "TRACE /api/tenant/v1/tenants",
        "OPTIONS /api/tenant/v1/tenants",
        "PURGE /api/tenant/v1/tenants",
        "CONNECT evil.example:443",
        "GET http://evil.example/",
        "GET //evil.example/",
        "GET /portal/api/v1/../../../q/metrics",
        "GET /x/..//q/metrics",
        "GET /%71/metrics",
        "GET /%2e%2e/etc/passwd",
        "GET /.%2e/etc/passwd",
        "GET /%u2215",
        "GET /%",
      })
  void isNoOpenProxy(String request) throws IOException {
    String cookie = stack.browser().logIn(ConsoleStack.adminKey()).header("set-cookie");

    String answer = raw(request, "Cookie: " + cookie.substring(0, cookie.indexOf(';')));

    assertThat(answer).matches("(?s)HTTP/1\\.1 4\\d\\d .*");
    assertThat(answer).doesNotContain("jvm_memory").doesNotContain("\"items\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding : chunked",
        "Content-Length: 5\r\nContent-Length: 0",
        "Content-Length: +5",
        "Content-Length: 0, 5",
      })
  void answersNothingAfterARequestWhoseEndIsUncertain(String header) throws IOException {
    String answer =
        send("POST /session HTTP/1.1\r\nHost: console\r\n" + header + "\r\n\r\n" + METRICS);

    assertThat(answer).matches("(?s)|HTTP/1\\.1 400 .*").doesNotContain("jvm_memory");
  }

  @Test
  void answersLongPathsAndRequestsWithoutHost() throws IOException {
    String longPath = "/" + "a".repeat(3900);

    assertThat(send("GET " + longPath + " HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 400 ");
  }

  private String raw(String request, String header) throws IOException {
    return send(
        "%s HTTP/1.1\r\nHost: console\r\n%s\r\nConnection: close\r\n\r\n"
            .formatted(request, header));
  }

  /** What the console answers until it closes the connection. */
  private String send(String request) throws IOException {
    try (Socket socket = new Socket(stack.address().getHost(), stack.address().getPort())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void namesServiceThatDoesNotAnswerAndServesTheOthers() {
    try (ServiceProcess replica = stack.start(Map.of("BACKUP_URL", UNREACHABLE))) {
      Browser browser = new Browser(replica.address());
      browser.logIn(ConsoleStack.adminKey());

      Answer missing = browser.get("/api/backup/v1/schedules");
      Answer changing = browser.post("/api/backup/v1/drills", "{}");

      for (Answer answer : List.of(missing, changing)) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("SERVICE_UNAVAILABLE");
        assertThat(answer.json().getString("service")).isEqualTo("backup-service");
        assertThat(answer.json().getBoolean("retryable")).isTrue();
        assertThat(answer.header("retry-after")).isNotEmpty();
      }
      assertThat(browser.get(TENANTS).status()).isEqualTo(200);
      assertThat(browser.get("/q/metrics").response().body())
          .contains("tenantry_console_service_failures_total{service=\"backup-service\"} 2.0");
    }
  }

  @Test
  void logsInWhileTenantServiceDoesNotAnswer() {
    try (ServiceProcess replica = stack.start(Map.of("TENANT_URL", UNREACHABLE))) {
      Browser browser = new Browser(replica.address());

      assertThat(browser.logIn(ConsoleStack.VIEWER_KEY).json().getString("role"))
          .isEqualTo("viewer");
      assertThat(browser.get("/api/backup/v1/schedules").status()).isEqualTo(200);
    }
  }

  @Test
  void saysThatNoServiceAnswersLogIn() {
    try (ServiceProcess replica =
        stack.start(
            Map.of(
                "TENANT_URL", UNREACHABLE,
                "INGESTION_URL", UNREACHABLE,
                "BACKUP_URL", UNREACHABLE))) {
      Answer answer = new Browser(replica.address()).logIn(ConsoleStack.adminKey());

      assertThat(answer.code()).isEqualTo("SERVICE_UNAVAILABLE");
    }
  }

  /** A service that sends without end, and records what it receives. */
  private static HttpServer endless(
      AtomicLong sent, AtomicReference<Map<String, List<String>>> head) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/api/v1/endless",
        exchange -> {
          head.set(Map.copyOf(exchange.getRequestHeaders()));
          exchange.getResponseHeaders().add("Set-Cookie", "of=the-service");
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[64 * 1024];
          try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
              out.write(block);
              sent.addAndGet(block.length);
            }
          } catch (IOException e) {
            sent.set(-1);
          }
        });
    server.start();
    return server;
  }

  @Test
  void readsFromServiceNoFasterThanTheBrowserReads() throws IOException {
    AtomicLong sent = new AtomicLong();
    AtomicReference<Map<String, List<String>>> head = new AtomicReference<>();
    HttpServer server = endless(sent, head);
    try (ServiceProcess replica =
        stack.start(Map.of("BACKUP_URL", "http://127.0.0.1:" + server.getAddress().getPort()))) {
      Browser browser = new Browser(replica.address());
      browser.logIn(ConsoleStack.adminKey());

      HttpResponse<InputStream> answer =
          browser.send(
              browser.request("/api/backup/v1/endless"), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        assertThat(body.readNBytes(1024)).hasSize(1024);
        // Neither side sends any more once the buffers between them are full.
        AtomicLong before = new AtomicLong(-2);
        await()
            .pollInterval(java.time.Duration.ofMillis(500))
            .until(() -> before.getAndSet(sent.get()) == sent.get());
        assertThat(sent.get()).isBetween(1024L, 64L * 1024 * 1024);
      }

      // The service is not kept busy for a browser that has gone away.
      await().until(() -> sent.get() == -1);
      assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
      assertThat(head.get().keySet()).doesNotContain("Cookie");
      assertThat(head.get().get("Authorization"))
          .containsExactly("Bearer " + ConsoleStack.adminKey());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void cutsOffAnswerThatServiceHasCutOff() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v1/cut",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[1000]);
          exchange.getResponseBody().flush();
          throw new IOException("cut off");
        });
    server.start();
    try (ServiceProcess replica =
        stack.start(Map.of("BACKUP_URL", "http://127.0.0.1:" + server.getAddress().getPort()))) {
      Browser browser = new Browser(replica.address());
      browser.logIn(ConsoleStack.adminKey());

      assertThatThrownBy(() -> browser.get("/api/backup/v1/cut"))
          .isInstanceOf(UncheckedIOException.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void sendsHintWhenATenantIsCreated() {
    Browser browser = stack.browser(ConsoleStack.OPERATOR_KEY);
    HttpResponse<Stream<String>> hints =
        browser.send(browser.request("/hints"), HttpResponse.BodyHandlers.ofLines());
    assertThat(hints.headers().firstValue("content-type")).contains("text/event-stream");

    String id = browser.post(TENANTS, newTenant()).json().getString("tenant_id");

    try (Stream<String> lines = hints.body()) {
      assertThat(
              lines
                  .filter(line -> line.startsWith("data: "))
                  .map(line -> new JsonObject(line.substring("data: ".length())))
                  .filter(hint -> id.equals(hint.getString("id")))
                  .findFirst())
          .hasValueSatisfying(hint -> assertThat(hint.getString("kind")).isEqualTo("tenant"));
    }
  }

  @Test
  void endsHintsWithTheSession() {
    try (ServiceProcess replica =
        stack.start(
            Map.of(
                "CONSOLE_SESSION_LIFETIME", "2s", "TENANTRY_CONSOLE_HINTS_HEARTBEAT", "200ms"))) {
      Browser browser = new Browser(replica.address());
      browser.logIn(ConsoleStack.VIEWER_KEY);

      HttpResponse<Stream<String>> hints =
          browser.send(browser.request("/hints"), HttpResponse.BodyHandlers.ofLines());

      try (Stream<String> lines = hints.body()) {
        assertThat(lines).contains(": heartbeat");
      }
      assertThat(browser.session().status()).isEqualTo(401);
    }
  }

  @Test
  @Tag("T23")
  void givesPortalLinkTheWebhooksOfItsTenantOnly() {
    Browser admin = stack.browser(ConsoleStack.adminKey());
    String id = admin.post(TENANTS, newTenant()).json().getString("tenant_id");
    String other = admin.post(TENANTS, newTenant()).json().getString("tenant_id");
    String token =
        admin
            .post(
                TENANTS + "/" + id + "/portal-links",
                "{\"parent_origin\":\"%s\"}".formatted(ConsoleStack.PARENT_ORIGIN))
            .json()
            .getString("token");

    assertThat(portal(token, "whoami").json().getString("tenant_id")).isEqualTo(id);
    assertThat(portal(token, "webhooks/event-types").status()).isEqualTo(200);
    assertThat(portal(token, "tenants/" + id + "/webhooks/endpoints").status()).isEqualTo(200);
    assertThat(portal(token, "tenants/" + other + "/webhooks/endpoints").status()).isEqualTo(403);
    assertThat(portal(token, "tenants/" + id).status()).isEqualTo(404);
    assertThat(portal(ConsoleStack.adminKey(), "tenants/" + id + "/webhooks/endpoints").status())
        .isEqualTo(401);
    assertThat(admin.get("/portal/api/v1/whoami").status()).isEqualTo(401);
  }

  private Answer portal(String token, String path) {
    Browser browser = stack.browser();
    return browser.send(
        browser.request("/portal/api/v1/" + path).header("Authorization", "Bearer " + token));
  }

  @ParameterizedTest
  @CsvSource({
    "/portal?parent_origin=https%3A%2F%2Fapp.example.com, https://app.example.com",
    "/portal?parent_origin=https%3A%2F%2Fevil.example, 'none'",
    "/portal, 'none'",
    "/portal/../tenants?parent_origin=https%3A%2F%2Fapp.example.com, 'none'",
    "/portal%2F..%2Ftenants?parent_origin=https%3A%2F%2Fapp.example.com, 'none'",
    "/tenants?parent_origin=https%3A%2F%2Fapp.example.com, 'none'",
  })
  @Tag("T23")
  void permitsOnlyPageOfTheLinkToEmbedPortal(String path, String ancestors) {
    assertThat(stack.browser().get(path).header("content-security-policy"))
        .endsWith("frame-ancestors " + ancestors.replace("'", "").replace("none", "'none'"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("T23")
  void servesPageOfALinkForThePageThatTheLinkNames(boolean isEmbedded) {
    Browser admin = stack.browser(ConsoleStack.adminKey());
    String id = admin.post(TENANTS, newTenant()).json().getString("tenant_id");
    URI link =
        URI.create(
            admin
                .post(
                    TENANTS + "/" + id + "/portal-links",
                    isEmbedded
                        ? "{\"parent_origin\":\"%s\"}".formatted(ConsoleStack.PARENT_ORIGIN)
                        : "{}")
                .json()
                .getString("url"));

    Answer page =
        stack
            .browser()
            .get(
                link.getRawPath()
                    + Optional.ofNullable(link.getRawQuery()).map("?"::concat).orElse(""));

    assertThat(link.getFragment()).isNotEmpty();
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.response().body()).contains("<!doctype html>");
    assertThat(page.header("content-security-policy"))
        .endsWith("frame-ancestors " + (isEmbedded ? ConsoleStack.PARENT_ORIGIN : "'none'"));
    assertThat(page.header("x-frame-options")).isEqualTo(isEmbedded ? "" : "DENY");
    assertThat(page.header("referrer-policy")).isEqualTo("no-referrer");
  }

  @Test
  void sendsSecurityHeadersWithEveryAnswer() {
    for (String path : List.of("/", "/session", TENANTS, "/q/health", "/nothing.here", "/hints")) {
      Answer answer = stack.browser().get(path);

      assertThat(answer.header("content-security-policy"))
          .as(path)
          .startsWith(path.startsWith("/api/") ? "default-src 'none'" : "default-src 'self'")
          .doesNotContain("unsafe-inline")
          .endsWith("frame-ancestors 'none'");
      assertThat(answer.header("x-content-type-options")).as(path).isEqualTo("nosniff");
    }
  }

  @Test
  void refusesBodyThatIsTooLargeForALogIn() {
    Browser browser = stack.browser();

    Answer answer =
        browser.send(browser.json("POST", "/session", "{\"key\":\"" + "x".repeat(5000) + "\"}"));

    assertThat(answer.code()).isEqualTo("PAYLOAD_TOO_LARGE");
  }

  @Test
  void streamsLargeBodies() {
    Browser browser = stack.browser(ConsoleStack.adminKey());

    Answer answer = browser.post(TENANTS, "{\"name\":\"" + "x".repeat(2 * 1024 * 1024) + "\"}");

    // The service's limit, not the console's.
    assertThat(answer.code()).isEqualTo("PAYLOAD_TOO_LARGE");
    assertThat(
            browser
                .send(
                    browser
                        .request(TENANTS)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{}")))
                .code())
        .isEqualTo("CSRF_TOKEN_INVALID");
  }
}
