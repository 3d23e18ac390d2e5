package io.tenantry.backup.verification;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.awaitRetriedJob;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A folder without a mounted volume is no store, and its backups are not reported as corrupt. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("P13")
class StoreGoneTest {

  private final TestTenant tenant = TestTenant.withDatabase();

  @Test
  void refusesBackupsAndReportsNoneCorruptWhileVolumeIsNotMounted() throws IOException {
    String backup = backUp(tenant.id());
    Path elsewhere = StoresResource.FOLDER.resolveSibling("unmounted-" + UUID.randomUUID());
    String verification;
    String next;
    Files.move(StoresResource.FOLDER, elsewhere);
    try {
      Files.createDirectory(StoresResource.FOLDER);
      verification = submit("/api/v1/backups/" + backup + "/verify", "{}");
      next = submit("/api/v1/tenants/" + tenant.id() + "/backups", "{}");

      awaitError(verification);
      awaitError(next);
      assertThat(StoresResource.FOLDER).isEmptyDirectory();
    } finally {
      Files.delete(StoresResource.FOLDER);
      Files.move(elsewhere, StoresResource.FOLDER);
    }

    assertThat(awaitRetriedJob(verification).getString("status")).isEqualTo("completed");
    awaitSuccess(next);
    assertThat(backup(backup).getString("verification.result")).isEqualTo("intact");
  }

  @Test
  void doesNotReportBackupOfAnotherStoreAsCorrupt() throws IOException {
    String backup = backUp(tenant.id());
    Path file = StoresResource.FOLDER.resolve(backup(backup).getString("file.key"));
    // As after TENANT_BACKUP_PATH was set to another folder.
    ControlDatabase.execute(
        "UPDATE backup.backups SET store_id = gen_random_uuid() WHERE backup_id = ?::uuid", backup);
    Files.delete(file);

    String job = submit("/api/v1/backups/" + backup + "/verify", "{}");

    awaitError(job);
    asAdmin().post("/api/v1/jobs/" + job + "/cancel");
    awaitJob(job);
    assertThat(backup(backup).getString("verification")).isNull();
  }

  private static void awaitError(String job) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                "STORE_UNAVAILABLE"
                    .equals(asAdmin().get("/api/v1/jobs/" + job).path("error.code")));
  }
}
