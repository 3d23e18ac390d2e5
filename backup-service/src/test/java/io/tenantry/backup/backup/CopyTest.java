package io.tenantry.backup.backup;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.store.S3Server;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies of backups in a second store, a real S3 server. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class CopyTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Tag("B7")
  @Test
  void copiesEachBackupAndVerifiesCopy() {
    String backup = backUp(TestTenant.withDatabase().id());

    awaitCopy(backup, "completed");

    assertThat(backup(backup).getString("copies[0].store")).isEqualTo("secondary");
    assertThat(
            awaitSuccess(
                    submit("/api/v1/backups/" + backup + "/verify", "{\"store\": \"secondary\"}"))
                .getString("result.store"))
        .isEqualTo("secondary");
    assertThat(backup(backup).getString("verification")).isNull();
  }

  @Tag("B7")
  @Test
  void restoresFromCopyWhenPrimaryStoreLostFile() throws IOException {
    TestTenant tenant = TestTenant.withDatabase();
    String backup = backUp(tenant.id());
    awaitCopy(backup, "completed");
    tenant.execute("DELETE FROM settings");
    Files.delete(StoresResource.FOLDER.resolve(backup(backup).getString("file.key")));

    awaitSuccess(submit("/api/v1/restores", "{\"tenant_id\": \"%s\"}".formatted(tenant.id())));

    assertThat(tenant.column("SELECT count(*) FROM settings")).containsExactly("2");
  }

  @Tag("B7")
  @Test
  void onlyCopyWaitsForUnavailableSecondaryStore() {
    TestTenant tenant = TestTenant.withDatabase();
    S3Server.shared().stop();
    String backup;
    try {
      backup = backUp(tenant.id());
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  "STORE_UNAVAILABLE"
                      .equals(
                          asAdmin()
                              .get("/api/v1/jobs/" + backup(backup).getString("copies[0].job_id"))
                              .path("error.code")));
      assertThat(backup(backup).getString("status")).isEqualTo("completed");
      assertThat(backup(backup).getString("copies[0].status")).isEqualTo("pending");
    } finally {
      S3Server.shared().start();
    }

    awaitCopy(backup, "completed");
  }

  private static void awaitCopy(String backup, String status) {
    await().atMost(LIMIT).until(() -> status.equals(backup(backup).getString("copies[0].status")));
  }
}
