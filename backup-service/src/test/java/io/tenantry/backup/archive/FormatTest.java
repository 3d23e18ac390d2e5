package io.tenantry.backup.archive;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.backup;
import static io.tenantry.backup.BackupApi.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.installation.Installation;
import io.tenantry.backup.key.TenantKeys;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The headers of stored backups, also of older formats. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class FormatTest {

  @Inject TenantKeys keys;
  @Inject Installation installation;

  private final TestTenant tenant = TestTenant.withDatabase();

  @Test
  @Tag("F3")
  @Tag("P13")
  void backupNamesItsInstallationTenantAndKey() throws Exception {
    String id = backUp(tenant.id());

    ArchiveHeader header = ArchiveHeader.parse(Files.readAllBytes(file(id))).orElseThrow();

    assertThat(header.tenantId()).isEqualTo(tenant.id());
    assertThat(header.backupId()).hasToString(id);
    assertThat(header.installationId()).hasValue(installation.id());
    assertThat(header.keyId().orElseThrow()).hasToString(backup(id).getString("key_id"));
  }

  @ParameterizedTest
  @EnumSource
  void readsBackupsOfPreviousFormat(Manifest.Compression compression) throws Exception {
    String id = backUp(tenant.id());
    byte[] dump = dump(id);
    byte[] old =
        format1(
            UUID.fromString(id),
            compression == Manifest.Compression.STREAM ? Zstd.compress(dump) : dump);
    ControlDatabase.execute(
        "UPDATE backup.backups SET manifest = replace(manifest, '\"stream\"', ?) WHERE backup_id = ?::uuid",
        "\"" + compression + "\"",
        id);
    assertThat(backup(id).getString("manifest.compression")).isEqualTo(compression.toString());
    Files.write(file(id), old);
    ControlDatabase.execute(
        "UPDATE backup.backups SET bytes = ?, checksum = ?, key_id = NULL WHERE backup_id = ?::uuid",
        (long) old.length,
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(old)),
        id);
    tenant.execute("DELETE FROM settings");

    awaitSuccess(submit("/api/v1/backups/" + id + "/verify", "{}"));
    awaitSuccess(
        submit(
            "/api/v1/restores",
            "{\"tenant_id\": \"%s\", \"store\": \"primary\"}".formatted(tenant.id())));

    assertThat(tenant.column("SELECT count(*) FROM settings")).containsExactly("2");
  }

  /** As versions before wrote it: nothing but tenant and backup in front, and nothing behind. */
  private byte[] format1(UUID backup, byte[] dump) throws Exception {
    byte[] header =
        new ArchiveHeader(tenant.id(), backup, Optional.empty(), Optional.empty()).bytes();
    assertThat(header)
        .hasSize(48)
        .startsWith("TENANTRYBACKUP01".getBytes(StandardCharsets.US_ASCII));
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    stored.write(header);
    try (OutputStream encrypted =
        keys.forWriting(tenant.id(), Optional.empty()).aead().newEncryptingStream(stored, header)) {
      encrypted.write(dump);
    }
    return stored.toByteArray();
  }

  private static byte[] dump(String id) throws Exception {
    try (InputStream body =
        asAdmin()
            .get("/api/v1/backups/" + id + "/download")
            .then()
            .statusCode(200)
            .extract()
            .asInputStream()) {
      return body.readAllBytes();
    }
  }

  private static Path file(String id) {
    return StoresResource.FOLDER.resolve(backup(id).getString("file.key"));
  }
}
