package io.tenantry.backup.retention;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
import static io.tenantry.backup.BackupApi.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.ControlDatabase;
import io.tenantry.backup.TestTenant;
import io.tenantry.backup.store.S3Server;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.localstack.LocalStackResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** What is kept no longer is removed, with its copies; what is nobody's, too. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class RetentionTest {

  @Test
  void b6RemovesWhatIsExpiredAndKeepsTheLastGoodOne() {
    TestTenant tenant = TestTenant.withDatabase();
    String old = backUp(tenant.id());
    String last = backUp(tenant.id());
    awaitCopy(old);
    age(old, 40);
    age(last, 35);

    JsonPath preview = asAdmin().get("/api/v1/retention/preview").jsonPath();
    assertThat(preview.getList("expired.backup_id")).contains(old).doesNotContain(last);
    assertThat(backup(old).getString("status")).isEqualTo("completed");

    JsonPath run = awaitSuccess(submit("/api/v1/retention/run", ""));

    assertThat(run.getList("result.expired.backup_id")).contains(old);
    assertThat(backup(old).getString("status")).isEqualTo("expired");
    assertThat(backup(last).getString("status")).isEqualTo("completed");
    String key = tenant.id() + "/" + old + ".tenantry-backup";
    assertThat(StoresResource.FOLDER.resolve(key)).doesNotExist();
    assertThat(StoresResource.FOLDER.resolve(backup(last).getString("file.key"))).exists();
    assertThat(isCopied(key)).isFalse();
  }

  @Test
  void b6RemovesFilesOfNoBackupButNoYoungOnes() throws IOException {
    Path old = orphan(Duration.ofDays(2));
    Path young = orphan(Duration.ofMinutes(5));
    Path unfinished = StoresResource.FOLDER.resolve(".unfinished").resolve("left-by-a-crash");
    Files.createDirectories(unfinished.getParent());
    Files.writeString(unfinished, "half");
    Files.setLastModifiedTime(unfinished, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

    assertThat(asAdmin().get("/api/v1/retention/preview").jsonPath().getList("orphans.key"))
        .contains(StoresResource.FOLDER.relativize(old).toString())
        .doesNotContain(StoresResource.FOLDER.relativize(young).toString());
    assertThat(old).exists();

    awaitSuccess(submit("/api/v1/retention/run", ""));

    assertThat(old).doesNotExist();
    assertThat(unfinished).doesNotExist();
    assertThat(young).exists();
  }

  private static Path orphan(Duration age) throws IOException {
    Path file =
        StoresResource.FOLDER.resolve(
            UUID.randomUUID() + "/" + UUID.randomUUID() + ".tenantry-backup");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "nobody's");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    return file;
  }

  private static void age(String backup, int days) {
    ControlDatabase.execute(
        "UPDATE backup.backups SET completed_at = now() - make_interval(days => ?) WHERE backup_id = ?::uuid",
        days,
        backup);
  }

  private static void awaitCopy(String backup) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> "completed".equals(backup(backup).getString("copies[0].status")));
  }

  private static boolean isCopied(String key) {
    try (S3Client client = S3Server.shared().client()) {
      client.headObject(r -> r.bucket(S3Server.BUCKET).key("copies/" + key));
      return true;
    } catch (NoSuchKeyException e) {
      return false;
    }
  }
}
