package io.tenantry.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tenantry.cli.Ctl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups, drills and restores, with a service that gives fixed answers. */
@Tag("P13")
class BackupCommandsTest {

  private static final String ID = "01a1fc6b-37a5-7f53-a72d-95728c633816";

  @TempDir Path folder;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private HttpServer server;
  private Ctl ctl;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    ctl =
        Ctl.bare()
            .with("XDG_CONFIG_HOME", folder.toString())
            .with("TENANT_URL", url)
            .with("INGESTION_URL", url)
            .with("BACKUP_URL", url);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    byte[] body = answers.getOrDefault(request, "{\"items\": []}").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void answerJob(String request, String type, String result) {
    String job =
        "{\"id\": \"%s\", \"type\": \"%s\", \"status\": \"completed\", \"result\": %s}"
            .formatted(ID, type, result);
    answers.put(request, job);
    answers.put("GET /api/v1/jobs/" + ID, job);
  }

  @Test
  @Tag("B3")
  @Tag("B4")
  void showsWhatBackupDoesNotContain() {
    answerJob(
        "POST /api/v1/tenants/" + ID + "/backups", "backup", "{\"backup_id\": \"" + ID + "\"}");
    answers.put(
        "GET /api/v1/backups/" + ID,
        "{\"id\": \"%s\", \"status\": \"completed\", \"manifest\": {\"warnings\": [\"It has 2 large objects.\\u001b\"]}}"
            .formatted(ID));

    Ctl.Result made = ctl.run("backups", "create", ID, "--wait").ok();

    assertThat(made.err()).contains("Warning: It has 2 large objects.").doesNotContain("\u001b[");
    assertThat(made.out()).contains("WARNINGS");
  }

  @Test
  @Tag("P6")
  void showsWhichTenantsCouldBeRestored() {
    answers.put(
        "GET /api/v1/protection",
        """
        {"items": [{"name": "globex", "status": "good", "backup": {"bytes": 1048576}},
          {"name": "acme", "status": "no_backup"}]}
        """);
    answers.put(
        "GET /api/v1/protection/summary",
        """
        {"no_backup": 1, "backup_failed": 0, "drill_failed": 0, "not_drilled": 0, "good": 7}
        """);

    assertThat(ctl.run("backups", "status", "--no-headers").ok().out())
        .containsPattern("globex +good +- +1.0 MiB")
        .containsPattern("acme +no_backup +- +-");
    assertThat(ctl.run("backups", "status", "--summary", "--no-headers").ok().out())
        .containsPattern("^ *1 +0 +0 +0 +7 +-");
  }

  @Test
  @Tag("B4")
  void showsWhatRestoreAndDrillSkipped() {
    answerJob(
        "POST /api/v1/restores",
        "restore",
        "{\"restore_id\": \"%s\", \"notes\": [\"The event trigger e was left out.\"]}"
            .formatted(ID));
    answers.put(
        "GET /api/v1/restores/" + ID, "{\"id\": \"%s\", \"status\": \"completed\"}".formatted(ID));

    assertThat(ctl.run("restore", ID, "--wait", "--yes").ok().err())
        .contains("Note: The event trigger e was left out.");

    answerJob("POST /api/v1/backups/" + ID + "/drill", "drill", "{\"drill_id\": \"" + ID + "\"}");
    answers.put(
        "GET /api/v1/drills/" + ID,
        "{\"id\": \"%s\", \"status\": \"passed\", \"evidence\": {\"notes\": [\"The server s was left out.\"]}}"
            .formatted(ID));

    assertThat(ctl.run("backups", "drill", ID, "--wait").ok().err())
        .contains("Note: The server s was left out.");
  }

  @Test
  @Tag("B5")
  void listsReasonsOfFailedDrills() {
    answers.put(
        "GET /api/v1/drills",
        "{\"items\": [{\"id\": \"%s\", \"status\": \"failed\", \"error_message\": \"psql failed: function g(integer) does not exist.\"}]}"
            .formatted(ID));

    assertThat(ctl.run("drills", "list").ok().out())
        .contains("ERROR", "function g(integer) does not exist");
  }
}
