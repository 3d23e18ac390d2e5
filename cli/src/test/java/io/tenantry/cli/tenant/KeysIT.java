package io.tenantry.cli.tenant;

import static io.tenantry.cli.Services.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.Ctl;
import io.tenantry.cli.Services;
import io.tenantry.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysIT {

  private final Ctl ctl = Services.ctl();

  @Test
  @Tag("P5")
  void issuesValidatesRotatesAndRevokesKeys() {
    String name = newName();
    ctl.run("tenants", "create", name).ok();

    Ctl.Result issued =
        ctl.run("keys", "create", name, "ci", "--scope", "write", "-o", "json").ok();
    issued.says("This key is not shown again.\n");
    JsonNode key = issued.json();
    String id = key.path("key_id").asText();
    ctl.reading(key.path("key").asText() + "\n")
        .run("keys", "validate", "--key-file", "-", "--scope", "write")
        .ok()
        .prints("VALID  REASON  TENANT  KEY_ID  SCOPES\nyes  -  <id>  <id>  write\n");
    ctl.run("keys", "list", name)
        .ok()
        .prints(
"""
KEY_ID  NAME  PREFIX  SCOPES  STATUS  CREATED  EXPIRES  LAST_USED
<id>  ci  nm  write  active  <time>  -  -
""");
    ctl.run("keys", "show", name, id).ok();
    ctl.run("keys", "rotate", name, id, "--overlap", "1h")
        .ok()
        .prints("KEY_ID  NAME  SCOPES  EXPIRES  KEY\n<id>  ci  write  -  <key>\n");
    ctl.run("keys", "revoke", name, id).fails(ExitCode.USAGE);
    ctl.run("keys", "revoke", name, id, "--yes").ok().prints("").says("Key <id> revoked.\n");
    // A service that has just seen the key may believe in it for a second.
    Ctl asking = ctl.reading(key.path("key").asText());
    Ctl.Result invalid =
        await()
            .until(() -> asking.run("keys", "validate", "--key-file", "-"), now -> now.code() != 0);
    assertThat(invalid.code()).isEqualTo(ExitCode.FAILURE.number());
    invalid.prints("VALID  REASON  TENANT  KEY_ID  SCOPES\nno  revoked  <id>  <id>  -\n");
  }

  @Test
  @Tag("P5")
  void explainsInvalidKey() {
    String name = newName();
    ctl.run("tenants", "create", name).ok();

    ctl.run("keys", "create", name, "ci", "--expires", "2001-01-01T00:00:00Z")
        .fails(ExitCode.USAGE)
        .says(
"""
tenantctl: Invalid request: One field is invalid. (VALIDATION_FAILED)
  expires_at: must be in the future
""");
    ctl.run("keys", "show", name, UUID.randomUUID().toString()).fails(ExitCode.NOT_FOUND);
    ctl.run("keys", "validate", "--key-file", "nowhere")
        .fails(ExitCode.USAGE)
        .says("tenantctl: there is no file nowhere\n");
    for (int n = 0; n < 10; n++) {
      ctl.run("keys", "create", name, "key" + n).ok();
    }
    assertThat(ctl.run("keys", "create", name, "one-more").fails(ExitCode.CONFLICT).err())
        .contains("(QUOTA_EXCEEDED)\nhint: tenantctl quotas show TENANT");
  }

  @Test
  @Tag("P5")
  void savesKeyInPrivateFile(@TempDir Path folder) throws Exception {
    String name = newName();
    ctl.run("tenants", "create", name).ok();
    Path file = folder.resolve("key");

    Ctl.Result saved = ctl.run("keys", "create", name, "ci", "--save", file.toString()).ok();
    assertThat(saved.out()).doesNotContain(Files.readString(file).strip()).contains("nm_1********");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    ctl.run("keys", "validate", "--key-file", file.toString()).ok();
  }

  @Test
  @Tag("P5")
  void collectsKeysOfJobOnce() {
    String job =
        ctl.name("tenants", "create", newName(), "--api-keys", "2", "--async", "-o", "name");
    ctl.run("jobs", "wait", job).ok();

    assertThat(ctl.run("keys", "collect", job).ok().out().lines()).hasSize(3);
    ctl.run("keys", "collect", job).fails(ExitCode.NOT_FOUND);
  }
}
