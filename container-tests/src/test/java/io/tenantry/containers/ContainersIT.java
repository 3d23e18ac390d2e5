package io.tenantry.containers;

import static io.tenantry.containers.Installation.BACKUP;
import static io.tenantry.containers.Installation.CONSOLE;
import static io.tenantry.containers.Installation.FIRST_LOOK;
import static io.tenantry.containers.Installation.INGESTION;
import static io.tenantry.containers.Installation.SERVICES_AND_CONSOLE;
import static io.tenantry.containers.Installation.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The images of the services and the console, with PostgreSQL and Kafka, as
 * deploy/compose/compose.yaml runs them.
 */
@EnabledIfSystemProperty(
    named = "tenantry.images.tag",
    matches = ".+",
    disabledReason = "no images were made: deploy/docker/test makes and tests them")
class ContainersIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static Installation installation;

  @BeforeAll
  static void start() {
    installation = Installation.start(System.getProperty("tenantry.images.tag"));
  }

  @AfterAll
  static void stop() {
    if (installation != null) {
      installation.close();
    }
  }

  @Test
  @Tag("P7")
  void runsMainFlowOnThreeImages() throws Exception {
    Api tenants = installation.admin(TENANT);
    Api backups = installation.admin(BACKUP);
    JsonNode tenant = provision(tenants);
    String id = tenant.path("tenant_id").asText();
    String database = tenant.path("database").path("name").asText();
    String key = tenant.path("api_keys").path(0).path("key").asText();

    send(installation.admin(INGESTION).as(key), "before");
    await().atMost(LIMIT).until(() -> inbox(database).equals(List.of("before")));

    String backup =
        done(backups, backups.post("/api/v1/tenants/" + id + "/backups", "{}"))
            .path("result")
            .path("backup_id")
            .asText();
    send(installation.admin(INGESTION).as(key), "after");
    await().atMost(LIMIT).until(() -> inbox(database).equals(List.of("before", "after")));

    done(
        backups,
        backups.post(
            "/api/v1/restores",
            "{\"tenant_id\":\"%s\",\"backup_id\":\"%s\"}".formatted(id, backup)));
    assertThat(inbox(database)).containsExactly("before");

    migrate(tenants, backups, id);
    assertThat(installation.query(database, "SELECT to_regclass('parts')::text"))
        .containsExactly("parts");
    assertThat(inbox(database)).containsExactly("before");

    Api.Answer deletion = tenants.send("DELETE", "/api/v1/tenants/" + id, "");
    assertThat(deletion.status()).as(deletion.toString()).isIn(200, 202, 204);
    await()
        .atMost(LIMIT)
        .until(
            () ->
                installation
                    .query("postgres", "SELECT 1 FROM pg_database WHERE datname = ?", database)
                    .isEmpty());
  }

  @Test
  @Tag("P7")
  void showsFirstTenantAsLocalStartDoesAlsoSecondTime() throws Exception {
    ComposedContainer firstLook = installation.container(FIRST_LOOK);
    JsonNode tenant = onlyTenantOf("acme_corp");
    String database = tenant.path("database").path("name").asText();
    assertThat(tenant.path("status").asText()).isEqualTo("active");
    assertThat(backupsOf(tenant)).hasSize(1);

    // It stops by SIGTERM, long before the timeout.
    assertThat(firstLook.terminate(10)).isNotEqualTo(137);
    firstLook.restart();
    installation.awaitReady();

    assertThat(onlyTenantOf("acme_corp").path("tenant_id")).isEqualTo(tenant.path("tenant_id"));
    assertThat(installation.query(database, "SELECT type FROM inbox_events"))
        .containsExactly("order.placed");
    assertThat(backupsOf(tenant)).hasSize(2);
    assertThat(firstLook.getLogs())
        .contains(
            "acme_corp is active",
            "from a previous run",
            "io.tenantry.tenant.provisioned.v1",
            database);
  }

  private static JsonNode onlyTenantOf(String name) throws IOException {
    JsonNode found =
        installation.admin(TENANT).get("/api/v1/tenants?name_prefix=" + name).body().path("items");
    assertThat(found).hasSize(1);
    return found.path(0);
  }

  private static JsonNode backupsOf(JsonNode tenant) throws IOException {
    String id = tenant.path("tenant_id").asText();
    return installation
        .admin(BACKUP)
        .get("/api/v1/tenants/" + id + "/backups")
        .body()
        .path("items");
  }

  @Test
  @Tag("P7")
  void runsReadOnlyWithoutRootAndCapabilities() throws Exception {
    for (String name : SERVICES_AND_CONSOLE) {
      ComposedContainer service = installation.container(name);
      InspectContainerResponse found = service.inspect();
      assertThat(found.getConfig().getUser()).isEqualTo("10001:10001");
      assertThat(found.getHostConfig().getReadonlyRootfs()).isTrue();
      assertThat(service.execInContainer("cat", "/proc/1/status").getStdout())
          .containsPattern("Uid:\\s+10001\\s+10001")
          .containsPattern("CapEff:\\s+0000000000000000")
          .containsPattern("CapBnd:\\s+0000000000000000")
          .containsPattern("NoNewPrivs:\\s+1");
      assertThat(service.execInContainer("touch", "/opt/tenantry/x").getExitCode()).isNotZero();
      assertThat(found.getConfig().getLabels())
          .containsEntry("org.opencontainers.image.title", "Tenantry " + name);
      await(name + " is healthy").atMost(LIMIT).until(service::reportsHealthy);
    }
  }

  @Test
  @Tag("P6")
  void consoleServesAppAndPassesCallsOnToEachService() throws Exception {
    URI console = URI.create("http://localhost:" + installation.container(CONSOLE).hostPort());
    CookieManager cookies = new CookieManager();
    try (HttpClient browser = HttpClient.newBuilder().cookieHandler(cookies).build()) {
      assertThat(get(browser, console.resolve("/tenants"))).contains("<!doctype html>");
      HttpResponse<String> login =
          browser.send(
              HttpRequest.newBuilder(console.resolve("/session"))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(installation.loginBody()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
      for (String service : List.of("tenant", "ingestion", "backup")) {
        assertThat(get(browser, console.resolve("/api/" + service + "/v1/whoami")))
            .contains("\"admin\"");
      }
    }
  }

  private static String get(HttpClient browser, URI address) throws Exception {
    HttpResponse<String> answer =
        browser.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  @Test
  @Tag("P7")
  void losesNothingWhenContainerIsKilledUnderLoad() throws Exception {
    Load load =
        new Load(
            installation,
            List.of(provision(installation.admin(TENANT)), provision(installation.admin(TENANT))));
    try (load) {
      for (String name : installation.serverNames()) {
        load.awaitProgress();
        installation.container(name).killAndRestart();
        installation.awaitReady();
      }
      load.awaitProgress();
    }
    load.assertNothingIsLost();
  }

  @Test
  @Tag("P10")
  void stopsWithinTenSecondsOfSigtermUnderLoad() throws Exception {
    Load load = new Load(installation, List.of(provision(installation.admin(TENANT))));
    try (load) {
      for (String name : SERVICES_AND_CONSOLE) {
        load.awaitProgress();
        // The status would be 137 if it had been killed.
        assertThat(installation.container(name).terminate(10)).as(name).isNotEqualTo(137);
        installation.container(name).restart();
        installation.awaitReady();
      }
      load.awaitProgress();
    }
    load.assertNothingIsLost();
  }

  /** Migrates a tenant to a version of its blueprint with one more migration. */
  private static void migrate(Api tenants, Api backups, String id) throws IOException {
    ObjectNode body = new ObjectMapper().createObjectNode();
    ObjectNode files = body.putObject("files");
    Path blueprint = Path.of("../tenant-service/src/main/resources/blueprints/car");
    try (Stream<Path> all = Files.walk(blueprint)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(blueprint.relativize(file).toString(), Files.readString(file));
      }
    }
    files.put("migrations/V99__parts.sql", "CREATE TABLE parts (id int PRIMARY KEY)");
    files.put("migrations/U99__parts.sql", "DROP TABLE parts");
    Api.Answer stored = tenants.send("PUT", "/api/v1/blueprints/car", body.toString());
    assertThat(stored.status()).as(stored.toString()).isIn(200, 201);
    Api.Answer accepted =
        await()
            .atMost(LIMIT)
            .until(
                () -> backups.post("/api/v1/tenants/" + id + "/migrations", "{}"),
                // The golden template of the version is created in the background.
                answer -> answer.status() != 503);
    done(backups, accepted);
  }

  static JsonNode provision(Api tenants) throws IOException {
    Api.Answer answer =
        tenants.post(
            "/api/v1/tenants",
            "{\"name\":\"t-%s\",\"environment\":\"production\",\"api_keys\":{\"count\":1}}"
                .formatted(UUID.randomUUID()));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
    return answer.body();
  }

  private static void send(Api ingestion, String eventId) throws IOException {
    Api.Answer answer =
        ingestion.post(
            "/api/v1/events",
            "{\"event_id\":\"%s\",\"type\":\"order.placed\",\"data\":{}}".formatted(eventId));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
  }

  private static List<String> inbox(String database) {
    return installation.query(database, "SELECT event_id FROM inbox_events ORDER BY position");
  }

  /** Waits until a submitted job is completed. */
  private static JsonNode done(Api service, Api.Answer accepted) {
    assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
    String path = "/api/v1/jobs/" + accepted.body().path("id").asText();
    JsonNode job =
        await()
            .atMost(LIMIT)
            .until(
                () -> service.get(path).body(),
                body -> List.of("completed", "failed").contains(body.path("status").asText()));
    assertThat(job.path("status").asText()).as(job.toPrettyString()).isEqualTo("completed");
    return job;
  }
}
