package io.tenantry.backup.retention;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.store.S3Server;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** What is kept no longer is removed, with its copies; what is not surely ours is kept. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class RetentionTest {

  private static final String PREVIEW = "/api/v1/retention/preview";
  private static final String RUN = "/api/v1/retention/run";

  private final TestTenant tenant = TestTenant.withDatabase();

  @AfterEach
  void removeAll() {
    awaitSuccess(submit(RUN + "?force=true", ""));
  }

  @Tag("B6")
  @Test
  void removesExpiredBackupsAndKeepsLastGoodOne() {
    String old = backUp(tenant.id());
    String last = backUp(tenant.id());
    awaitCopy(old);
    age(old, 40);
    age(last, 35);

    JsonPath preview = preview();
    assertThat(preview.getList("expired.backup_id")).contains(old).doesNotContain(last);
    assertThat(backup(old).getString("status")).isEqualTo("completed");

    JsonPath run = run();

    assertThat(run.getList("result.expired.backup_id")).contains(old);
    assertThat(run.getBoolean("result.held")).isFalse();
    assertThat(backup(old).getString("status")).isEqualTo("expired");
    assertThat(backup(last).getString("status")).isEqualTo("completed");
    String key = tenant.id() + "/" + old + ".tenantry-backup";
    assertThat(StoresResource.FOLDER.resolve(key)).doesNotExist();
    assertThat(StoresResource.FOLDER.resolve(backup(last).getString("file.key"))).exists();
    assertThat(isCopied(key)).isFalse();
  }

  @Test
  @Tag("F3")
  @Tag("P13")
  void keepsFilesNotNamedAsBackups() throws IOException {
    Path control = age(write("control-db/control.dump"), Duration.ofDays(400));
    Path upper =
        age(
            write(
                (UUID.randomUUID() + "/" + UUID.randomUUID()).toUpperCase(java.util.Locale.ROOT)
                    + ".tenantry-backup"),
            Duration.ofDays(400));
    String inBucket = "copies/photo-" + UUID.randomUUID() + ".jpg";
    try (S3Client client = S3Server.shared().client()) {
      client.putObject(
          r -> r.bucket(S3Server.BUCKET).key(inBucket), RequestBody.fromString("a photo"));
    }

    JsonPath preview = preview();
    run();

    assertThat(preview.getList("foreign.key"))
        .contains(
            "control-db/control.dump",
            StoresResource.FOLDER.relativize(upper).toString(),
            inBucket.substring("copies/".length()));
    assertThat(preview.getList("orphans.key")).doesNotContain("control-db/control.dump");
    assertThat(control).exists();
    assertThat(upper).exists();
    assertThat(isThere(inBucket)).isTrue();
  }

  @Test
  @Tag("F3")
  @Tag("P13")
  void keepsBackupsWithoutRecord() throws IOException {
    String lost = backUp(tenant.id());
    awaitCopy(lost);
    Path file = age(file(lost), Duration.ofDays(200));
    forget(lost);

    JsonPath preview = preview();
    run();

    assertThat(preview.getInt("importable_count")).isPositive();
    assertThat(file).exists();
    assertThat(isCopied(StoresResource.FOLDER.relativize(file).toString())).isTrue();
    awaitSuccess(submit(RUN + "?force=true", ""));
    assertThat(file).exists();
    ControlDatabase.execute(
        "UPDATE backup.orphan_files SET first_seen_at = now() - interval '1 year'");
    run();
    assertThat(file).exists();
  }

  @Test
  @Tag("F3")
  @Tag("P13")
  void removesFilesNamedAsBackupsAfterWaitingPeriod() throws IOException {
    Path junk = age(write(newKey()), Duration.ofDays(2));
    String key = StoresResource.FOLDER.relativize(junk).toString();
    Path young = write(newKey());
    Path unfinished =
        age(write(".unfinished/" + installation() + "_left-by-a-crash"), Duration.ofDays(2));
    Path others =
        age(
            write(".unfinished/" + UUID.randomUUID() + "_" + UUID.randomUUID()),
            Duration.ofDays(2));

    assertThat(preview().getList("waiting.key")).contains(key);
    run();
    assertThat(junk).exists();
    assertThat(unfinished).doesNotExist();
    assertThat(others).exists();

    ControlDatabase.execute(
        "UPDATE backup.orphan_files SET first_seen_at = now() - interval '6 days' WHERE object_key = ?",
        key);
    run();
    assertThat(junk).exists();

    ControlDatabase.execute(
        "UPDATE backup.orphan_files SET first_seen_at = now() - interval '8 days' WHERE object_key = ?",
        key);
    assertThat(preview().getList("orphans.key")).contains(key);
    run();
    assertThat(junk).doesNotExist();
    assertThat(young).exists();
    Files.delete(others);
  }

  @Test
  void removesLeftoversOfExpiredBackupAfterCrash() throws IOException {
    String backup = backUp(tenant.id());
    Path file = file(backup);
    // As if the process had ended between the record and the file.
    ControlDatabase.execute(
        "UPDATE backup.backups SET status = 'expired' WHERE backup_id = ?::uuid", backup);

    run();
    assertThat(file).exists();

    age(file, Duration.ofDays(2));
    run();
    assertThat(file).doesNotExist();
  }

  @Test
  @Tag("F3")
  @Tag("P13")
  void removesNothingAboveLimitUntilForced() {
    String backup = backUp(tenant.id());
    // The limit grows with what is stored, of which these become a part.
    int many = 2 * preview().getInt("limit") + 1;
    ControlDatabase.execute(
        """
        INSERT INTO backup.backups (
          backup_id, tenant_id, tenant_name, kind, status, job_id, retention_days, completed_at, store, object_key,
          bytes, checksum, manifest)
        SELECT id, tenant_id, tenant_name, kind, status, job_id, 1, now() - interval '2 days', store,
          tenant_id || '/' || id || '.tenantry-backup', bytes, checksum, manifest
        FROM backup.backups
        CROSS JOIN (SELECT gen_random_uuid() AS id FROM generate_series(1, ?)) AS many
        WHERE backup_id = ?::uuid
        """,
        many,
        backup);

    JsonPath held = run();

    assertThat(held.getBoolean("result.held")).isTrue();
    assertThat(held.getInt("result.limit")).isBetween(20, many - 1);
    assertThat(held.getInt("result.expired_count")).isGreaterThanOrEqualTo(many);
    assertThat(stored()).isEqualTo(String.valueOf(many + 1));

    JsonPath forced = awaitSuccess(submit(RUN + "?force=true", ""));

    assertThat(forced.getBoolean("result.held")).isFalse();
    assertThat(stored()).isEqualTo("1");
  }

  @Test
  @Tag("F3")
  @Tag("P13")
  void keepsExpiredBackupsInStoreOfUncertainOwner() throws IOException {
    String old = backUp(tenant.id());
    awaitCopy(old);
    backUp(tenant.id());
    age(old, 40);
    Path marker = StoresResource.FOLDER.resolve("tenantry-store.json");
    String ours = Files.readString(marker);
    Files.writeString(marker, ours.replace(installation(), "00000000-0000-4000-8000-000000000000"));
    try {
      JsonPath run = run();

      assertThat(run.getList("result.refused_stores")).isEqualTo(java.util.List.of("primary"));
      assertThat(run.getInt("result.blocked_count")).isPositive();
      assertThat(backup(old).getString("status")).isEqualTo("completed");
      assertThat(file(old)).exists();
    } finally {
      Files.writeString(marker, ours);
    }
  }

  private String stored() {
    return ControlDatabase.column(
            "SELECT count(*) FROM backup.backups WHERE tenant_id = ? AND status = 'completed'",
            tenant.id())
        .getFirst();
  }

  private static JsonPath preview() {
    return asAdmin().get(PREVIEW).then().statusCode(200).extract().jsonPath();
  }

  private static JsonPath run() {
    return awaitSuccess(submit(RUN, ""));
  }

  private static void forget(String backup) {
    ControlDatabase.execute("DELETE FROM backup.copies WHERE backup_id = ?::uuid", backup);
    ControlDatabase.execute("DELETE FROM backup.backups WHERE backup_id = ?::uuid", backup);
  }

  private static Path file(String backup) {
    return StoresResource.FOLDER.resolve(backup(backup).getString("file.key"));
  }

  private static String newKey() {
    return UUID.randomUUID() + "/" + UUID.randomUUID() + ".tenantry-backup";
  }

  private static Path write(String key) throws IOException {
    Path file = StoresResource.FOLDER.resolve(key);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "no backup");
  }

  private static Path age(Path file, Duration age) throws IOException {
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  private static void age(String backup, int days) {
    ControlDatabase.execute(
        "UPDATE backup.backups SET completed_at = now() - make_interval(days => ?) WHERE backup_id = ?::uuid",
        days,
        backup);
  }

  private static String installation() {
    return ControlDatabase.column("SELECT installation_id FROM control_plane.installation_v1")
        .getFirst();
  }

  private static void awaitCopy(String backup) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> "completed".equals(backup(backup).getString("copies[0].status")));
  }

  private static boolean isCopied(String key) {
    return isThere("copies/" + key);
  }

  private static boolean isThere(String key) {
    try (S3Client client = S3Server.shared().client()) {
      client.headObject(r -> r.bucket(S3Server.BUCKET).key(key));
      return true;
    } catch (NoSuchKeyException e) {
      return false;
    }
  }
}
