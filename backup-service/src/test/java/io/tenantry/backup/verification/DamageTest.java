package io.tenantry.backup.verification;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
import static io.tenantry.backup.BackupApi.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Stored backups that were changed in any way are refused. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class DamageTest {

  /** Something done to a file. */
  @FunctionalInterface
  private interface Damage {
    byte[] to(byte[] file);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        Arguments.of("a bit of the first byte", flip(0), "first bytes were altered"),
        Arguments.of("a bit of the tenant's id", flip(20), "another tenant"),
        Arguments.of("a bit of the backup's id", flip(40), "another backup"),
        Arguments.of("a bit of the installation's id", flip(60), "altered"),
        Arguments.of("a bit of the key's id", flip(70), "altered"),
        Arguments.of("a bit of the key's salt", flip(90), "altered"),
        Arguments.of("a bit in the middle", flip(-2000), "altered"),
        Arguments.of("the last bit", flip(-1), "altered"),
        Arguments.of("cut off", (Damage) file -> Arrays.copyOf(file, file.length - 1), "truncated"),
        Arguments.of("cut to nothing", (Damage) file -> new byte[0], "truncated"),
        Arguments.of(
            "with more at the end", (Damage) file -> Arrays.copyOf(file, file.length + 1), "not"));
  }

  private static Damage flip(int position) {
    return file -> {
      byte[] flipped = file.clone();
      flipped[position < 0 ? file.length + position : position] ^= 1;
      return flipped;
    };
  }

  @Tag("B5")
  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void refusesCorruptBackupWithReason(String what, Damage damage, String reason)
      throws IOException {
    TestTenant tenant = TestTenant.withDatabase();
    tenant.execute("CREATE TABLE noise AS SELECT gen_random_uuid() FROM generate_series(1, 500)");
    String backup = backUp(tenant.id());
    Path file = file(backup);
    Files.write(file, damage.to(Files.readAllBytes(file)));

    JsonPath verification = awaitJob(submit("/api/v1/backups/" + backup + "/verify", "{}"));
    JsonPath restore =
        awaitJob(
            submit(
                "/api/v1/restores",
                "{\"tenant_id\": \"%s\", \"backup_id\": \"%s\", \"store\": \"primary\"}"
                    .formatted(tenant.id(), backup)));

    for (JsonPath job : List.of(verification, restore)) {
      assertThat(job.getString("status")).isEqualTo("failed");
      assertThat(job.getString("error.code")).isEqualTo("BACKUP_DAMAGED");
      assertThat(job.getString("error.message")).contains(reason);
    }
    assertThat(backup(backup).getString("verification.result")).isEqualTo("damaged");
    assertThat(backup(backup).getString("verification.error")).contains(reason);
    assertThat(tenant.column("SELECT count(*) FROM noise")).containsExactly("500");
  }

  @Tag("B5")
  @Test
  void refusesBackupSwappedWithAnotherTenants() throws IOException {
    String one = backUp(TestTenant.withDatabase().id());
    String other = backUp(TestTenant.withDatabase().id());
    // By an attacker who can write the store and the record, but does not have the keys.
    Files.write(file(one), Files.readAllBytes(file(other)));
    ControlDatabase.execute(
        "UPDATE backup.backups b SET bytes = o.bytes, checksum = o.checksum FROM backup.backups o WHERE b.backup_id = ?::uuid AND o.backup_id = ?::uuid",
        one,
        other);

    JsonPath job = awaitJob(submit("/api/v1/backups/" + one + "/verify", "{}"));

    assertThat(job.getString("error.code")).isEqualTo("BACKUP_DAMAGED");
    assertThat(job.getString("error.message")).contains("another tenant");
  }

  @Tag("B5")
  @Test
  void verifiesBackup() {
    String backup = backUp(TestTenant.withDatabase().id());

    JsonPath job = awaitSuccess(submit("/api/v1/backups/" + backup + "/verify", "{}"));

    assertThat(job.getInt("result.entries")).isPositive();
    assertThat(backup(backup).getString("verification.result")).isEqualTo("intact");
    assertThat(backup(backup).getString("verification.verified_at")).isNotEmpty();
  }

  @Tag("B5")
  @Test
  void backupWithoutFileIsCorrupt() throws IOException {
    String backup = backUp(TestTenant.withDatabase().id());
    Files.delete(file(backup));

    JsonPath job = awaitJob(submit("/api/v1/backups/" + backup + "/verify", "{}"));

    assertThat(job.getString("error.code")).isEqualTo("BACKUP_DAMAGED");
  }

  @Tag("B6")
  @Test
  void backupsAreUnreadableOnceTenantsKeyIsDestroyed() {
    TestTenant tenant = TestTenant.withDatabase();
    String backup = backUp(tenant.id());

    asAdmin().delete("/api/v1/tenants/" + tenant.id() + "/backup-key").then().statusCode(204);

    JsonPath job = awaitJob(submit("/api/v1/backups/" + backup + "/verify", "{}"));
    assertThat(job.getString("error.code")).isEqualTo("BACKUP_KEY_DESTROYED");
    asAdmin()
        .contentType("application/json")
        .body("{\"tenant_id\": \"%s\", \"dry_run\": true}".formatted(tenant.id()))
        .post("/api/v1/restores")
        .then()
        .statusCode(404);
    assertThat(audited(tenant)).containsExactly("DELETE /api/v1/tenants/{tenant_id}/backup-key");
  }

  @Tag("B1")
  @Test
  void downloadsDumpAndAuditsIt() throws Exception {
    TestTenant tenant = TestTenant.withDatabase();
    String backup = backUp(tenant.id());

    byte[] dump;
    try (InputStream body =
        asAdmin()
            .get("/api/v1/backups/" + backup + "/download")
            .then()
            .statusCode(200)
            .extract()
            .asInputStream()) {
      dump = body.readAllBytes();
    }

    assertThat(new String(dump, 0, 5, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("PGDMP");
    assertThat(dump).hasSize(backup(backup).getInt("manifest.dump_bytes"));
    assertThat(audited(tenant)).containsExactly("download_backup");
    asAdmin()
        .get("/api/v1/backups/" + tenant.id() + "/download")
        .then()
        .statusCode(404)
        .body("code", equalTo("BACKUP_NOT_FOUND"));
  }

  private static List<String> audited(TestTenant tenant) {
    return ControlPlane.auditedActions(tenant.id(), "key:admin").stream()
        .filter(action -> action.contains("backup") && !action.startsWith("POST"))
        .toList();
  }

  private static Path file(String backup) {
    return StoresResource.FOLDER.resolve(backup(backup).getString("file.key"));
  }
}
