package io.tenantry.backup.process;

import static io.restassured.RestAssured.given;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.SuccessiveService;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The service is killed or stopped while it works; the next process completes the work. */
class CrashIT {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Map<String, String> QUICK =
      Map.of(
          "TENANTRY_JOBS_HEARTBEAT", "500ms",
          "TENANTRY_JOBS_POLL_INTERVAL", "200ms",
          "TENANTRY_JOBS_DRAIN", "1s",
          "TENANTRY_BACKUP_LEASE_LENGTH", "15s",
          "TENANT_BACKUP_MAX_PARALLEL", "6",
          "SHUTDOWN_DELAY", "0s");

  /** Restores stop before they record their result, since this adds an event to the outbox. */
  private static final String BLOCK_RECORD = "LOCK TABLE backup.outbox IN SHARE MODE";

  /** No database is created or renamed. */
  private static final String BLOCK_DATABASES = "LOCK TABLE pg_database IN SHARE MODE";

  private static final SuccessiveService SERVICE =
      new SuccessiveService(
          () -> {
            Map<String, String> settings = new HashMap<>(Replica.ownGroup());
            settings.putAll(QUICK);
            return Replica.start(settings);
          });

  @AfterAll
  static void end() {
    SERVICE.close();
  }

  /** A tenant that has changed since its backup, and is then restored. */
  private static final class Restored {

    private final TestTenant tenant;
    private String backup;
    private String restore;

    Restored(TestTenant tenant) {
      this.tenant = tenant;
      // Enough that each step takes a while.
      tenant.execute(
          "CREATE TABLE bulk AS SELECT i, repeat(md5(i::text), 20) AS filler FROM generate_series(1, 60000) i");
      backup = submit(SERVICE.get(), "/api/v1/tenants/" + tenant.id() + "/backups", "{}");
    }

    void change() {
      assertThat(awaitJob(SERVICE.get(), backup).getString("status")).isEqualTo("completed");
      tenant.execute("INSERT INTO settings VALUES ('after', 'true')");
    }

    void start() {
      restore =
          submit(
              SERVICE.get(), "/api/v1/restores", "{\"tenant_id\": \"%s\"}".formatted(tenant.id()));
    }

    void await(String step) {
      awaitStep(restore, step);
    }

    /** Whatever step was reached, the tenant has the one content or the other. */
    void assertUsable() {
      assertThat(tenant.column("SELECT count(*) FROM settings")).containsAnyOf("2", "3");
    }

    void assertCompleted() {
      JsonPath job = awaitJob(SERVICE.get(), restore);
      assertThat(job.getString("status")).as(job.prettify()).isEqualTo("completed");
      assertThat(job.getInt("attempts")).as("attempts, of which one was killed").isGreaterThan(1);
      assertThat(tenant.column("SELECT key FROM settings ORDER BY key"))
          .containsExactly("plan", "seats");
      assertThat(tenant.column("SELECT count(*) FROM bulk")).containsExactly("60000");
      assertThat(
              ControlDatabase.column(
                  "SELECT status FROM backup.restores WHERE tenant_id = ?", tenant.id()))
          .containsExactly("completed");
    }
  }

  private static Restored ofDatabase() {
    return new Restored(TestTenant.withDatabase());
  }

  private static Restored ofSchema() {
    return new Restored(TestTenant.withSchema());
  }

  /** Holds a lock until it is closed. */
  private static Connection lock(String database, String statement) throws SQLException {
    Connection gate = LocalStack.shared().postgres().connect(database);
    gate.setAutoCommit(false);
    try (Statement lock = gate.createStatement()) {
      lock.execute(statement);
    }
    return gate;
  }

  private static void assertAllCompleted(Restored... restores) {
    List.of(restores).forEach(Restored::assertUsable);
    List.of(restores).forEach(Restored::assertCompleted);
    assertThat(databases("restore_%")).isEmpty();
  }

  @Tag("B4")
  @Test
  void completesRestoresThatWereKilledWhileTheyWaitedForALock() throws Exception {
    Restored creating = ofDatabase();
    Restored swapping = ofDatabase();
    Restored recording = ofDatabase();
    Restored recordingSchema = ofSchema();
    List.of(creating, swapping, recording, recordingSchema).forEach(Restored::change);
    try (Connection _ = lock(ControlDatabase.NAME, BLOCK_RECORD)) {
      List.of(recording, recordingSchema).forEach(Restored::start);
      List.of(recording, recordingSchema).forEach(restore -> restore.await("record"));
      swapping.start();
      swapping.await("load");
      try (Connection _ = lock("postgres", BLOCK_DATABASES)) {
        swapping.await("swap");
        creating.start();
        creating.await("create");
        SERVICE.kill();
      }
    }

    assertAllCompleted(creating, swapping, recording, recordingSchema);
  }

  @Tag("B1")
  @Tag("B4")
  @Test
  void completesRestoresAndBackupsThatWereKilledWhileDataFlowed() throws Exception {
    TestTenant backedUp = withMuch();
    Restored database = ofDatabase();
    Restored schema = ofSchema();
    List.of(database, schema).forEach(Restored::change);
    String job;
    // None of them can be completed before the kill.
    try (Connection _ = lock(ControlDatabase.NAME, BLOCK_RECORD)) {
      database.start();
      schema.start();
      job = submit(SERVICE.get(), "/api/v1/tenants/" + backedUp.id() + "/backups", "{}");
      database.await("load");
      schema.await("load");
      awaitStep(job, "dump");
      SERVICE.kill();
    }
    assertEveryCompletedBackupIsWhole(backedUp);

    assertAllCompleted(database, schema);
    JsonPath end = awaitJob(SERVICE.get(), job);
    assertThat(end.getString("status")).isEqualTo("completed");
    assertThat(end.getInt("attempts")).isGreaterThan(1);
    assertEveryCompletedBackupIsWhole(backedUp);
    String verification =
        submit(
            SERVICE.get(),
            "/api/v1/backups/" + end.getString("result.backup_id") + "/verify",
            "{}");
    assertThat(awaitJob(SERVICE.get(), verification).getString("status")).isEqualTo("completed");
  }

  @Tag("B4")
  @Test
  void completesRestoresThatWereKilledWhileTheyVerifiedOrSwapped() throws Exception {
    Restored verifying = ofDatabase();
    Restored swappingSchema = ofSchema();
    List.of(verifying, swappingSchema).forEach(Restored::change);
    try (Connection _ = lock(ControlDatabase.NAME, BLOCK_RECORD)) {
      swappingSchema.start();
      swappingSchema.await("swap");
      verifying.start();
      verifying.await("verify");
      SERVICE.kill();
    }

    assertAllCompleted(verifying, swappingSchema);
  }

  @Tag("P10")
  @Test
  void completesOrHandsBackBackupInProgressWhenServiceStops() {
    TestTenant tenant = withMuch();
    String job = submit(SERVICE.get(), "/api/v1/tenants/" + tenant.id() + "/backups", "{}");
    awaitStep(job, "dump");
    SERVICE.terminate();

    JsonPath end = awaitJob(SERVICE.get(), job);
    assertThat(end.getString("status")).isEqualTo("completed");
    assertThat(end.getInt("attempts")).isEqualTo(1);
  }

  private static TestTenant withMuch() {
    TestTenant tenant = TestTenant.withDatabase();
    tenant.execute(
        "CREATE TABLE bulk AS SELECT i, repeat(md5(i::text), 20) AS filler FROM generate_series(1, 150000) i");
    return tenant;
  }

  private static void assertEveryCompletedBackupIsWhole(TestTenant tenant) throws IOException {
    List<String> recorded =
        ControlDatabase.column(
            "SELECT object_key || ' ' || bytes FROM backup.backups WHERE status = 'completed' AND store = 'primary' AND tenant_id = ?",
            tenant.id());
    for (String file : recorded) {
      String[] parts = file.split(" ", 2);
      Path stored = StoresResource.FOLDER.resolve(parts[0]);
      assertThat(Files.size(stored)).isEqualTo(Long.parseLong(parts[1]));
    }
    Path folder = StoresResource.FOLDER.resolve(tenant.id().toString());
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files.map(file -> StoresResource.FOLDER.relativize(file).toString()))
            .allMatch(file -> recorded.stream().anyMatch(line -> line.startsWith(file + " ")));
      }
    }
  }

  private static List<String> databases(String pattern) {
    return ControlDatabase.column("SELECT datname FROM pg_database WHERE datname LIKE ?", pattern);
  }

  static RequestSpecification asAdmin() {
    return given()
        .auth()
        .oauth2(LocalStack.shared().environment().get("TENANTRY_ADMIN_KEY"))
        .contentType(ContentType.JSON);
  }

  static String submit(ServiceProcess service, String path, String body) {
    return asAdmin()
        .body(body)
        .post(service.address() + path)
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }

  private static void awaitStep(String job, String step) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                ControlDatabase.column("SELECT steps FROM backup.jobs WHERE job_id = ?::uuid", job)
                    .getFirst()
                    .contains("\"" + step + "\""));
  }

  static JsonPath awaitJob(ServiceProcess service, String job) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> asAdmin().get(service.address() + "/api/v1/jobs/" + job).jsonPath(),
            json -> List.of("completed", "failed").contains(json.getString("status")));
  }
}
