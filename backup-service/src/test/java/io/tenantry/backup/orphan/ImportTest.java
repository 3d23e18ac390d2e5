package io.tenantry.backup.orphan;

import static io.tenantry.backup.BackupApi.asAdmin;
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
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Stored backups that a control database does not know get their records again. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("F3")
@Tag("P13")
class ImportTest {

  private static final String IMPORT = "/api/v1/backups/import";

  private final TestTenant tenant = TestTenant.withDatabase();

  @Test
  void importsBackupWithoutRecordAndRestoresIt() {
    tenant.execute("CREATE TABLE notes AS SELECT generate_series(1, 1000) AS note");
    String id = backUp(tenant.id());
    awaitCopy(id);
    Map<String, Object> before = backup(id).getMap("");
    forget(id);

    assertThat(orphan(id)).containsExactly("importable", "importable");
    asAdmin()
        .contentType(ContentType.JSON)
        .body("{\"tenant_id\": \"%s\", \"dry_run\": true}".formatted(tenant.id()))
        .post(IMPORT)
        .then()
        .statusCode(200)
        .body("imported.backup_id", equalTo(List.of(id)))
        .body("imported[0].stores", equalTo(List.of("primary", "secondary")));
    asAdmin().get("/api/v1/backups/" + id).then().statusCode(404);

    JsonPath done = importAll();

    assertThat(done.getInt("result.imported_count")).isEqualTo(1);
    Map<String, Object> after = backup(id).getMap("");
    for (String field :
        List.of(
            "tenant_name",
            "kind",
            "status",
            "requested_at",
            "started_at",
            "retention_days",
            "key_id",
            "file",
            "manifest")) {
      assertThat(after.get(field)).as(field).isEqualTo(before.get(field));
    }
    assertThat(backup(id).getString("verification.result")).isEqualTo("intact");
    assertThat(backup(id).getString("copies[0].status")).isEqualTo("completed");
    assertThat(orphan(id)).isEmpty();
    tenant.execute("DROP TABLE notes");
    awaitSuccess(submit("/api/v1/restores", "{\"tenant_id\": \"%s\"}".formatted(tenant.id())));
    assertThat(tenant.column("SELECT count(*) FROM notes")).containsExactly("1000");
  }

  @Test
  void importsCopyWhenPrimaryFileIsGone() throws IOException {
    String id = backUp(tenant.id());
    awaitCopy(id);
    Files.delete(file(id));
    forget(id);

    importAll();

    assertThat(backup(id).getString("file.store")).isEqualTo("secondary");
    awaitSuccess(submit("/api/v1/backups/" + id + "/verify", "{}"));
  }

  @Test
  void refusesCorruptFileAndKeepsIt() throws IOException {
    String id = backUp(tenant.id());
    awaitCopy(id);
    Path file = file(id);
    byte[] stored = Files.readAllBytes(file);
    stored[stored.length - 1] ^= 1;
    Files.write(file, stored);
    forget(id);

    JsonPath done = importAll();

    assertThat(done.getList("result.refused.code")).isEqualTo(List.of("BACKUP_DAMAGED"));
    assertThat(file).exists();
    assertThat(backup(id).getString("file.store")).isEqualTo("secondary");
  }

  @Test
  void reportsWhyFilesCannotBeImported() throws IOException {
    String shredded = backUp(tenant.id());
    awaitCopy(shredded);
    TestTenant other = TestTenant.withDatabase();
    String missing = backUp(other.id());
    awaitCopy(missing);
    forget(shredded);
    forget(missing);
    asAdmin().delete("/api/v1/tenants/" + tenant.id() + "/backup-key").then().statusCode(204);
    // As in a control database from before the tenant's first backup.
    ControlDatabase.execute("ALTER TABLE backup.tenant_keys DISABLE TRIGGER shred");
    ControlDatabase.execute("DELETE FROM backup.tenant_keys WHERE tenant_id = ?", other.id());
    ControlDatabase.execute("ALTER TABLE backup.tenant_keys ENABLE TRIGGER shred");

    assertThat(orphan(shredded)).containsOnly("key_destroyed");
    assertThat(orphan(missing)).containsOnly("key_missing");
    assertThat(importAll().getInt("result.imported_count")).isZero();
  }

  @Test
  void doesNotImportBackupOfAnotherInstallation() throws IOException {
    String id = backUp(tenant.id());
    awaitCopy(id);
    Path file = file(id);
    byte[] stored = Files.readAllBytes(file);
    // A byte of the installation's id in the header.
    stored[50] ^= 1;
    Files.write(file, stored);
    Path misnamed =
        StoresResource.FOLDER.resolve(tenant.id() + "/" + UUID.randomUUID() + ".tenantry-backup");
    Files.copy(file, misnamed);
    forget(id);

    assertThat(orphan(id)).containsExactlyInAnyOrder("other_backup", "importable");
    assertThat(
            asAdmin()
                .get("/api/v1/backups/orphans")
                .jsonPath()
                .getString(
                    "items.find { it.key == '%s' }.kind"
                        .formatted(StoresResource.FOLDER.relativize(misnamed))))
        .isEqualTo("other_backup");
  }

  private JsonPath importAll() {
    return awaitSuccess(submit(IMPORT, "{\"tenant_id\": \"%s\"}".formatted(tenant.id())));
  }

  private static List<String> orphan(String backup) {
    return asAdmin()
        .get("/api/v1/backups/orphans")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getList("items.findAll { it.backup_id == '%s' }.kind".formatted(backup));
  }

  private static void forget(String backup) {
    ControlDatabase.execute("DELETE FROM backup.copies WHERE backup_id = ?::uuid", backup);
    ControlDatabase.execute("DELETE FROM backup.backups WHERE backup_id = ?::uuid", backup);
  }

  private static Path file(String backup) {
    return StoresResource.FOLDER.resolve(backup(backup).getString("file.key"));
  }

  private static void awaitCopy(String backup) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> "completed".equals(backup(backup).getString("copies[0].status")));
  }
}
