package io.tenantry.backup.process;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The service is killed in the middle of its work; the next one goes on with it, or begins anew.
 */
class CrashIT {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Map<String, String> QUICK =
      Map.of(
          "TENANTRY_JOBS_HEARTBEAT", "500ms",
          "TENANTRY_JOBS_POLL_INTERVAL", "200ms",
          "TENANTRY_BACKUP_LEASE_LENGTH", "15s");

  /** Where a restore can be made to stand still: by a lock on what it needs next. */
  private enum Phase {
    CREATE("create", "postgres", "LOCK TABLE pg_database IN SHARE MODE", false),
    LOAD("load", null, null, false),
    VERIFY("verify", null, null, true),
    SWAP("swap", "postgres", "LOCK TABLE pg_database IN SHARE MODE", true),
    RECORD("record", ControlDatabase.NAME, "LOCK TABLE backup.outbox IN SHARE MODE", true);

    private final String step;
    private final String database;
    private final String lock;
    private final boolean late;

    Phase(String step, String database, String lock, boolean late) {
      this.step = step;
      this.database = database;
      this.lock = lock;
      this.late = late;
    }
  }

  private static final SuccessiveService SERVICE =
      new SuccessiveService(() -> Replica.start(QUICK));

  @AfterAll
  static void end() {
    SERVICE.close();
  }

  @ParameterizedTest
  @EnumSource
  void b4AKilledRestoreIsUndoneOrCompletedAndTheTenantIsWhole(Phase phase) throws Exception {
    TestTenant tenant = changedSinceItsBackup(TestTenant.withDatabase());
    String restore = submit(SERVICE.get(), "/api/v1/restores", body(tenant));
    if (phase.lock == null) {
      awaitStep(restore, phase.step);
      SERVICE.kill();
    } else {
      try (Connection gate = LocalStack.shared().postgres().connect(phase.database);
          Statement statement = gate.createStatement()) {
        if (phase.late) {
          awaitStep(restore, "load");
        }
        gate.setAutoCommit(false);
        statement.execute(phase.lock);
        awaitStep(restore, phase.step);
        SERVICE.kill();
      }
    }

    assertGoneOnWith(restore, tenant);
    assertThat(databases("restore_%")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"load", "swap", "record"})
  void b4AKilledRestoreOfASchemaIsUndoneOrCompletedAndTheTenantIsWhole(String step)
      throws Exception {
    TestTenant tenant = changedSinceItsBackup(TestTenant.withSchema());
    String restore;
    try (Connection gate = LocalStack.shared().postgres().connect(ControlDatabase.NAME);
        Statement statement = gate.createStatement()) {
      // It cannot come to its end.
      gate.setAutoCommit(false);
      statement.execute("LOCK TABLE backup.outbox IN SHARE MODE");
      restore = submit(SERVICE.get(), "/api/v1/restores", body(tenant));
      awaitStep(restore, step);
      SERVICE.kill();
    }

    assertGoneOnWith(restore, tenant);
  }

  private static TestTenant changedSinceItsBackup(TestTenant tenant) {
    // Enough that each phase takes a while.
    tenant.execute(
        "CREATE TABLE bulk AS SELECT i, repeat(md5(i::text), 20) AS filler FROM generate_series(1, 60000) i");
    awaitJob(
        SERVICE.get(), submit(SERVICE.get(), "/api/v1/tenants/" + tenant.id() + "/backups", "{}"));
    tenant.execute("INSERT INTO settings VALUES ('after', 'true')");
    return tenant;
  }

  private static void assertGoneOnWith(String restore, TestTenant tenant) {
    // Whatever was reached: the tenant can work, with the one content or the other.
    assertThat(tenant.column("SELECT count(*) FROM settings")).containsAnyOf("2", "3");

    JsonPath job = awaitJob(SERVICE.get(), restore);
    assertThat(job.getString("status")).as(job.prettify()).isEqualTo("completed");
    assertThat(tenant.column("SELECT key FROM settings ORDER BY key"))
        .containsExactly("plan", "seats");
    assertThat(tenant.column("SELECT count(*) FROM bulk")).containsExactly("60000");
    assertThat(
            ControlDatabase.column(
                "SELECT status FROM backup.restores WHERE tenant_id = ?", tenant.id()))
        .containsExactly("completed");
  }

  @Test
  void b1AKilledBackupIsMadeAgainAndNoRecordLies() throws Exception {
    TestTenant tenant = withMuch();
    String job = submit(SERVICE.get(), "/api/v1/tenants/" + tenant.id() + "/backups", "{}");
    awaitStep(job, "dump");
    SERVICE.kill();
    assertEveryCompletedBackupIsWhole(tenant);

    JsonPath end = awaitJob(SERVICE.get(), job);
    assertThat(end.getString("status")).isEqualTo("completed");
    assertEveryCompletedBackupIsWhole(tenant);
    String verification =
        submit(
            SERVICE.get(),
            "/api/v1/backups/" + end.getString("result.backup_id") + "/verify",
            "{}");
    assertThat(awaitJob(SERVICE.get(), verification).getString("status")).isEqualTo("completed");
  }

  @Test
  void p10ABackupInHandWhenTheServiceEndsIsFinishedOrHandedBack() {
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
            "SELECT object_key || ' ' || bytes FROM backup.backups WHERE status = 'completed' AND store = 'primary'");
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

  private static String body(TestTenant tenant) {
    return "{\"tenant_id\": \"%s\"}".formatted(tenant.id());
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
