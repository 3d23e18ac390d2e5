package io.tenantry.backup.backup;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.BackupApi;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Backups of tenants, by the real pg_dump into a real store. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class BackupTest {

  /** A state in /proc/net/tcp. */
  private static final String ESTABLISHED = "01";

  /** How many jobs a replica runs at once by default. */
  private static final int PARALLEL = 3;

  @Tag("B1")
  @Test
  @Tag("smoke")
  void backsUpTenant() throws Exception {
    TestTenant tenant = TestTenant.withDatabase();
    tenant.execute(
        "CREATE TABLE notes (note text); INSERT INTO notes SELECT 'plaintext' FROM generate_series(1, 1000)");

    JsonPath backup = backup(backUp(tenant.id()));

    assertThat(backup.getString("status")).isEqualTo("completed");
    assertThat(backup.getString("kind")).isEqualTo("manual");
    assertThat(backup.getString("tenant_id")).isEqualTo(tenant.id().toString());
    assertThat(backup.getList("manifest.tables.name")).isEqualTo(List.of("notes", "settings"));
    assertThat(backup.getList("manifest.tables.rows")).isEqualTo(List.of(1000, 2));
    assertThat(backup.getLong("manifest.rows")).isEqualTo(1002);
    assertThat(backup.getString("manifest.server_version")).isNotEmpty();
    assertThat(backup.getString("manifest.pg_dump_version")).isNotEmpty();
    assertThat(backup.getLong("duration_ms")).isPositive();

    Path file = StoresResource.FOLDER.resolve(backup.getString("file.key"));
    byte[] stored = Files.readAllBytes(file);
    assertThat(stored).hasSize(backup.getInt("file.bytes"));
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(stored)))
        .isEqualTo(backup.getString("file.checksum"));
    assertThat(new String(stored, StandardCharsets.ISO_8859_1))
        .doesNotContain("plaintext", "PGDMP", "settings");
    assertNothingUnfinished();
  }

  @Tag("B1")
  @Test
  void backsUpOnlyOneSchema() {
    TestTenant tenant = TestTenant.withSchema();
    TestTenant neighbour = TestTenant.withSchema();
    neighbour.execute("CREATE TABLE secrets (x int)");

    JsonPath backup = backup(backUp(tenant.id()));

    assertThat(backup.getString("manifest.schema")).isEqualTo(tenant.role());
    assertThat(backup.getList("manifest.tables.schema")).isEqualTo(List.of(tenant.role()));
    assertThat(backup.getList("manifest.tables.name")).isEqualTo(List.of("settings"));
  }

  @Tag("B1")
  @Test
  void eachTenantHasItsOwnEncryptedKey() {
    TestTenant one = TestTenant.withDatabase();
    TestTenant other = TestTenant.withDatabase();
    backUp(one.id());
    backUp(other.id());
    backUp(one.id());

    List<String> keys =
        ControlDatabase.column(
            "SELECT encode(keyset_encrypted, 'escape') FROM backup.tenant_keys WHERE tenant_id IN (?, ?)",
            one.id(),
            other.id());

    assertThat(keys).hasSize(2).doesNotHaveDuplicates();
    assertThat(keys).noneMatch(key -> key.contains("AesGcmHkdfStreamingKey"));
  }

  @Tag("B1")
  @Test
  void reportsUnknownTenant() {
    TestTenant.withDatabase();
    asAdmin()
        .contentType(ContentType.JSON)
        .body("{}")
        .post("/api/v1/tenants/" + UUID.randomUUID() + "/backups")
        .then()
        .statusCode(404)
        .body("code", equalTo("TENANT_NOT_FOUND"));
    asAdmin()
        .get("/api/v1/backups/" + UUID.randomUUID())
        .then()
        .statusCode(404)
        .body("code", equalTo("BACKUP_NOT_FOUND"));
  }

  @Tag("B1")
  @Test
  void failedDumpLeavesNothingBehind() throws IOException {
    TestTenant tenant = TestTenant.withDatabase();
    // The database of the record is not there.
    ControlPlane.setDatabase(tenant.id(), "nowhere_" + tenant.id());

    JsonPath job = awaitJob(submit("/api/v1/tenants/" + tenant.id() + "/backups", "{}"));

    assertThat(job.getString("status")).isEqualTo("failed");
    assertThat(job.getInt("attempts")).isEqualTo(4);
    asAdmin()
        .get("/api/v1/tenants/" + tenant.id() + "/backups")
        .then()
        .body("items.status", equalTo(List.of("failed")));
    assertThat(StoresResource.FOLDER.resolve(tenant.id().toString())).doesNotExist();
    assertThat(
            ControlDatabase.column(
                "SELECT 1 FROM backup.tenant_leases WHERE tenant_id = ?", tenant.id()))
        .isEmpty();
  }

  @Tag("B2")
  @Test
  void refusesKindsThatCannotBeRequested() {
    TestTenant tenant = TestTenant.withDatabase();

    asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"kind\": \"final\"}")
        .post("/api/v1/tenants/" + tenant.id() + "/backups")
        .then()
        .statusCode(422)
        .body("errors.field", equalTo(List.of("kind")));
  }

  @Tag("B2")
  @Test
  void idempotencyKeyCreatesOneBackup() {
    TestTenant tenant = TestTenant.withDatabase();
    String path = "/api/v1/tenants/" + tenant.id() + "/backups";

    String first = postWithKey(path);
    String second = postWithKey(path);

    assertThat(second).isEqualTo(first);
    awaitSuccess(first);
    asAdmin().get(path).then().body("items.size()", equalTo(1));
  }

  /**
   * A server that vanished closes no connection, so the operating system has to probe; only Linux
   */
  @Tag("B1")
  @Test
  @EnabledOnOs(OS.LINUX)
  void dumpSendsKeepalivesToItsServer() throws Exception {
    TestTenant tenant = TestTenant.withDatabase();
    String job;
    try (Connection lock = tenant.connectAsOwner()) {
      lock.setAutoCommit(false);
      lock.createStatement().execute("LOCK TABLE settings");
      job = submit("/api/v1/tenants/" + tenant.id() + "/backups", "{}");
      List<String> ports =
          await()
              .until(
                  () ->
                      ControlDatabase.column(
                          "SELECT client_port FROM pg_stat_activity WHERE datname = ? AND wait_event_type = 'Lock' AND query LIKE 'LOCK TABLE%'",
                          tenant.database()),
                  found -> found.size() == 1);

      String end = ":%04X".formatted(Integer.parseInt(ports.getFirst()));
      // The timer of keep-alives, once all that was sent is acknowledged.
      String timer = await().until(() -> timer(end), found -> found.startsWith("02:"));
      // Hundredths of a second until it goes off.
      assertThat(Long.parseLong(timer.substring(3), 16)).isLessThanOrEqualTo(1500);
    }
    awaitSuccess(job);
  }

  /** The timer of the open socket whose own address ends so: its kind, and when it goes off. */
  private static String timer(String end) throws IOException {
    List<String> timers =
        Stream.concat(
                Files.readAllLines(Path.of("/proc/net/tcp")).stream(),
                Files.readAllLines(Path.of("/proc/net/tcp6")).stream())
            .map(line -> line.strip().split("\\s+"))
            .filter(socket -> socket[1].endsWith(end))
            // Not a former one of the same port, which waits for its end.
            .filter(socket -> socket[3].equals(ESTABLISHED))
            .map(socket -> socket[5])
            .toList();
    assertThat(timers).hasSize(1);
    return timers.getFirst();
  }

  @Tag("B2")
  @Test
  void emergencyBackupRunsBeforeWaitingOnes() throws Exception {
    List<TestTenant> tenants =
        Stream.generate(TestTenant::withDatabase).limit(2L * PARALLEL + 2).toList();
    TestTenant urgent = tenants.getLast();
    List<String> jobs = new ArrayList<>();
    List<Connection> locks = new ArrayList<>();
    try {
      for (TestTenant held : tenants.subList(0, PARALLEL)) {
        Connection lock = held.connectAsOwner();
        locks.add(lock);
        lock.setAutoCommit(false);
        lock.createStatement().execute("LOCK TABLE settings");
        jobs.add(submit("/api/v1/tenants/" + held.id() + "/backups", "{}"));
      }
      await().until(() -> running(tenants) == PARALLEL);
      for (TestTenant waiting : tenants.subList(PARALLEL, tenants.size() - 1)) {
        jobs.add(submit("/api/v1/tenants/" + waiting.id() + "/backups", "{}"));
      }
      jobs.add(submit("/api/v1/tenants/" + urgent.id() + "/backups", "{\"kind\": \"emergency\"}"));
    } finally {
      for (Connection lock : locks) {
        lock.close();
      }
    }
    jobs.forEach(BackupApi::awaitSuccess);

    List<String> order =
        ControlDatabase.column(
            "SELECT tenant_id FROM backup.backups WHERE tenant_id = ANY (?) ORDER BY started_at",
            (Object) tenants.stream().map(TestTenant::id).toArray(UUID[]::new));
    assertThat(order).hasSize(tenants.size());
    // All places may have become free at once.
    assertThat(order.subList(PARALLEL, 2 * PARALLEL)).contains(urgent.id().toString());
  }

  private static int running(List<TestTenant> tenants) {
    return ControlDatabase.column(
            "SELECT 1 FROM backup.backups WHERE status = 'running' AND tenant_id = ANY (?)",
            (Object) tenants.stream().map(TestTenant::id).toArray(UUID[]::new))
        .size();
  }

  private static String postWithKey(String path) {
    return asAdmin()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", "the-same")
        .body("{}")
        .post(path)
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }

  private static void assertNothingUnfinished() throws IOException {
    try (var files = Files.list(StoresResource.FOLDER.resolve(".unfinished"))) {
      assertThat(files).isEmpty();
    }
  }
}
