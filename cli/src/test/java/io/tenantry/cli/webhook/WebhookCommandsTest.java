package io.tenantry.cli.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tenantry.cli.Ctl;
import io.tenantry.cli.command.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands request, of a service that gives fixed answers. */
@Tag("T23")
class WebhookCommandsTest {

  private static final String ENDPOINT = "7f8d6fcf-882a-4044-bded-df831dedf289";
  private static final String DELIVERY = "0b5f2c1e-54a8-4f6e-a1ce-0c9c3ad1f0aa";
  private static final String TENANT = "01a1fc6b-37a5-7f53-a72d-95728c633816";
  private static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";
  private static final String OPERATOR = "/api/v1/webhooks";
  private static final String OF_TENANT = "/api/v1/tenants/" + TENANT + "/webhooks";

  @TempDir Path folder;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private String answer = "{\"items\": []}";
  private HttpServer server;
  private Ctl ctl;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    ctl =
        Ctl.bare()
            .with("XDG_CONFIG_HOME", folder.toString())
            .with("TENANT_URL", "http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(
        "%s %s %s"
            .formatted(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
            .strip());
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void requestsOperatorsEndpointsUnlessTenantIsGiven() {
    ctl.run("webhooks", "list").ok();
    ctl.run("webhooks", "list", "--tenant", TENANT).ok();
    ctl.run("webhooks", "show", ENDPOINT).ok();
    ctl.run("webhooks", "pause", ENDPOINT).ok();
    ctl.run("webhooks", "resume", ENDPOINT, "--tenant", TENANT).ok();
    ctl.run("webhooks", "delivery", DELIVERY).ok();
    ctl.run("webhooks", "resend", DELIVERY, "--tenant", TENANT).ok();

    assertThat(requests)
        .containsExactly(
            "GET " + OPERATOR + "/endpoints?limit=50",
            "GET " + OF_TENANT + "/endpoints?limit=50",
            "GET " + OPERATOR + "/endpoints/" + ENDPOINT,
            "POST " + OPERATOR + "/endpoints/" + ENDPOINT + "/pause",
            "POST " + OF_TENANT + "/endpoints/" + ENDPOINT + "/resume",
            "GET " + OPERATOR + "/deliveries/" + DELIVERY,
            "POST " + OF_TENANT + "/deliveries/" + DELIVERY + "/resend");
  }

  @Test
  void createsEndpointAndShowsSecretOnce() throws IOException {
    Path headers = folder.resolve("headers");
    Files.writeString(headers, "Authorization: Bearer a:b\n\nX-Team: payments\n");
    answer =
        """
        {"endpoint": {"endpoint_id": "%s", "url": "https://receiver.example/", "algorithm": "hmac-sha256"}, "secret": "%s"}
        """
            .formatted(ENDPOINT, SECRET);

    Ctl.Result created =
        ctl.run(
                "webhooks",
                "create",
                "https://receiver.example/",
                "--type",
                "backup.failed",
                "--of",
                TENANT,
                "--ordered",
                "true",
                "--headers-file",
                headers.toString())
            .ok();

    assertThat(created.out()).contains(SECRET);
    created.says("This secret is not shown again.\n");
    assertThat(requests)
        .containsExactly(
            "POST "
                + OPERATOR
                + "/endpoints {\"event_types\":[\"backup.failed\"],\"tenant_ids\":[\""
                + TENANT
                + "\"],\"ordered\":true,\"headers\":{\"Authorization\":\"Bearer a:b\",\"X-Team\":\"payments\"},\"url\":\"https://receiver.example/\"}");
  }

  @Test
  void savesSecretInsteadOfShowingIt() throws IOException {
    Path saved = folder.resolve("secret");
    answer =
        "{\"endpoint\": {\"endpoint_id\": \"%s\"}, \"secret\": \"%s\"}".formatted(ENDPOINT, SECRET);

    Ctl.Result rotated =
        ctl.run("webhooks", "rotate", ENDPOINT, "--overlap", "48h", "--save", saved.toString())
            .ok();

    assertThat(rotated.out()).doesNotContain(SECRET);
    assertThat(saved).hasContent(SECRET);
    assertThat(requests)
        .containsExactly(
            "POST "
                + OPERATOR
                + "/endpoints/"
                + ENDPOINT
                + "/rotate-secret {\"overlap_seconds\":172800}");
  }

  @Test
  void showsNoSecretOfHeadersWhenDebugging() throws IOException {
    Path headers = folder.resolve("headers");
    Files.writeString(headers, "X-Team: a-secret\n");

    Ctl.Result changed =
        ctl.run(
                "webhooks",
                "update",
                ENDPOINT,
                "--url",
                "https://new.example/",
                "--headers-file",
                headers.toString(),
                "--debug")
            .ok();

    assertThat(changed.err()).contains("X-Team").doesNotContain("a-secret");
    assertThat(requests)
        .containsExactly(
            "PATCH "
                + OPERATOR
                + "/endpoints/"
                + ENDPOINT
                + " {\"headers\":{\"X-Team\":\"a-secret\"},\"url\":\"https://new.example/\"}");
  }

  @Test
  void refusesHeadersFileWithoutHeaders() throws IOException {
    Path headers = folder.resolve("headers");
    Files.writeString(headers, "no header\n");

    ctl.run("webhooks", "update", ENDPOINT, "--headers-file", headers.toString())
        .fails(ExitCode.USAGE);
    assertThat(requests).isEmpty();
  }

  @Test
  void failsIfEndpointDoesNotAcceptTest() {
    answer = "{\"webhook_id\": \"msg_1\", \"accepted\": false, \"code\": 500, \"latency_ms\": 7}";
    ctl.run("webhooks", "test", ENDPOINT, "--type", "backup.failed")
        .ends(ExitCode.FAILURE)
        .prints("ID  ACCEPTED  CODE  ERROR  LATENCY\nmsg_1  no  500  -  7 ms\n");

    answer = "{\"webhook_id\": \"msg_1\", \"accepted\": true, \"code\": 204, \"latency_ms\": 7}";
    ctl.run("webhooks", "test", ENDPOINT).ok();

    assertThat(requests)
        .containsExactly(
            "POST " + OPERATOR + "/endpoints/" + ENDPOINT + "/test {\"type\":\"backup.failed\"}",
            "POST " + OPERATOR + "/endpoints/" + ENDPOINT + "/test {}");
  }

  @Test
  void asksBeforeItDeletes() {
    ctl.run("webhooks", "delete", ENDPOINT).fails(ExitCode.USAGE);
    assertThat(requests).isEmpty();

    ctl.run("webhooks", "delete", ENDPOINT, "--yes").ok();
    assertThat(requests).containsExactly("DELETE " + OPERATOR + "/endpoints/" + ENDPOINT);
  }

  @Test
  void filtersDeliveries() {
    ctl.run(
            "webhooks",
            "deliveries",
            "--endpoint",
            ENDPOINT,
            "--status",
            "failed",
            "--type",
            "backup.failed",
            "--of",
            TENANT,
            "--from",
            "2027-01-01T00:00:00Z")
        .ok();

    assertThat(requests)
        .containsExactly(
            "GET %s/deliveries?endpoint_id=%s&status=failed&type=backup.failed&tenant_id=%s&from=2027-01-01T00%%3A00%%3A00Z&limit=50"
                .formatted(OPERATOR, ENDPOINT, TENANT));
  }

  @Test
  void sendsPeriodsAgain() {
    answer = "{\"deliveries\": 3}";
    ctl.run("webhooks", "recover", ENDPOINT, "--since", "2027-01-01T00:00:00Z")
        .ok()
        .prints("DELIVERIES\n         3\n");
    ctl.run(
            "webhooks",
            "replay",
            ENDPOINT,
            "--tenant",
            TENANT,
            "--since",
            "2027-01-01T00:00:00Z",
            "--until",
            "2027-01-02T00:00:00Z")
        .ok();

    assertThat(requests)
        .containsExactly(
            "POST %s/endpoints/%s/recover {\"since\":\"2027-01-01T00:00:00Z\"}"
                .formatted(OPERATOR, ENDPOINT),
            "POST %s/endpoints/%s/replay {\"since\":\"2027-01-01T00:00:00Z\",\"until\":\"2027-01-02T00:00:00Z\"}"
                .formatted(OF_TENANT, ENDPOINT));
  }

  @Test
  void createsPortalLinkAndListsTypes() {
    ctl.run("webhooks", "types").ok();
    answer = "{\"link_id\": \"%s\", \"token\": \"t\"}".formatted(DELIVERY);
    ctl.run("webhooks", "portal", TENANT, "--lifetime", "1h").ok();

    assertThat(requests)
        .containsExactly(
            "GET " + OPERATOR + "/event-types",
            "POST /api/v1/tenants/" + TENANT + "/portal-links {\"lifetime_seconds\":3600}");
  }

  @Test
  void revokesPortalLinksOfTenantAfterConfirmation() {
    ctl.run("webhooks", "portal-revoke", TENANT).fails(ExitCode.USAGE);
    assertThat(requests).isEmpty();

    ctl.run("webhooks", "portal-revoke", TENANT, "--yes").ok();

    assertThat(requests).containsExactly("DELETE /api/v1/tenants/" + TENANT + "/portal-links");
  }

  @Test
  void resetsWhatEndpointReceives() {
    ctl.run("webhooks", "update", ENDPOINT, "--all-types").ok();
    ctl.run("webhooks", "update", ENDPOINT, "--all-tenants", "--no-custom-headers").ok();

    assertThat(requests)
        .containsExactly(
            "PATCH " + OPERATOR + "/endpoints/" + ENDPOINT + " {\"event_types\":[]}",
            "PATCH " + OPERATOR + "/endpoints/" + ENDPOINT + " {\"tenant_ids\":[],\"headers\":{}}");
  }

  @Test
  void refusesTypesTogetherWithAllTypes() {
    ctl.run("webhooks", "update", ENDPOINT, "--all-types", "--type", "backup.failed")
        .fails(ExitCode.USAGE);

    assertThat(requests).isEmpty();
  }
}
