package io.tenantry.cli.backup;

import static io.tenantry.cli.Services.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenantry.cli.Ctl;
import io.tenantry.cli.Services;
import io.tenantry.cli.Sql;
import io.tenantry.cli.command.ExitCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Ctl ctl = Services.ctl();

  @TempDir Path folder;

  @Test
  @Tag("P5")
  void backsUpVerifiesDrillsDownloadsAndRestores() throws Exception {
    String tenant = newName();
    ctl.run("tenants", "create", tenant).ok();
    execute(tenant, "INSERT INTO settings VALUES ('precious', 'true')");

    Ctl.Result made = ctl.run("backups", "create", tenant, "--wait", "-o", "json").ok();
    String backup = made.json().path("id").asText();
    assertThat(made.json().path("status").asText()).isEqualTo("completed");
    assertThat(made.err()).contains("backup: ");
    ctl.run("backups", "list", "--tenant", tenant, "-o", "name").ok().prints("<id>\n");
    assertThat(ctl.run("backups", "list", "--status", "completed").ok().out()).contains(tenant);
    assertThat(ctl.run("backups", "show", backup).ok().out()).contains("settings");
    ctl.run("backups", "verify", backup, "--wait", "-o", "name").ok().prints("<id>\n");
    assertThat(ctl.run("backups", "drill", backup, "--wait", "--no-headers").ok().out())
        .contains("passed");
    assertThat(ctl.run("backups", "status", "--name", tenant, "--no-headers").ok().out())
        .containsPattern("^" + tenant + " +good ");
    assertThat(
            ctl.run("backups", "status", "--summary", "-o", "json")
                .ok()
                .json()
                .path("good")
                .asInt())
        .isPositive();
    String drill = ctl.name("drills", "list", "--tenant", tenant, "-o", "name");
    assertThat(ctl.run("drills", "show", drill).ok().out()).contains("settings");

    Path file = folder.resolve("copy.dump");
    ctl.run("backups", "download", backup, "--to", file.toString()).ok().prints("");
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).startsWith("PGDMP");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(ctl.run("backups", "download", backup).ok().out()).startsWith("PGDMP");
    ctl.typing("").run("backups", "download", backup).fails(ExitCode.USAGE);

    execute(tenant, "DELETE FROM settings");
    assertThat(ctl.run("restore", tenant, "--dry-run").ok().err())
        .isEqualTo("Dry run: nothing was changed.\n");
    ctl.run("restore", tenant, "--backup", backup).fails(ExitCode.USAGE);
    Ctl.Result restored =
        ctl.run("restore", tenant, "--backup", backup, "--wait", "--yes", "--no-headers").ok();
    assertThat(restored.out()).contains("completed");
    execute(tenant, "DO 'BEGIN ASSERT (SELECT count(*) FROM settings) = 1; END'");
    String restore = ctl.name("restores", "list", "--tenant", tenant, "-o", "name");
    ctl.run("restores", "show", restore).ok();
    assertThat(ctl.run("restores", "undo", restore, "--wait", "--yes").ok().out())
        .contains("undone");
    execute(tenant, "DO 'BEGIN ASSERT (SELECT count(*) FROM settings) = 0; END'");
    ctl.run("restores", "undo", restore, "--yes").fails(ExitCode.CONFLICT);

    ctl.run("backups", "destroy-key", tenant, "--yes").ok();
    Ctl.Result lost = ctl.run("backups", "verify", backup, "--wait");
    assertThat(lost.code()).isEqualTo(ExitCode.FAILURE.number());
    assertThat(Ctl.stable(lost.err()))
        .endsWith(
            """
            tenantctl: job <id> (verification) is failed: The tenant's backup key was destroyed; its backups can no longer be decrypted. (BACKUP_KEY_DESTROYED)
            hint: tenantctl jobs show <id>
            """);
  }

  @Test
  @Tag("P5")
  void cancelsWaitingJob() throws Exception {
    String tenant = newName();
    ctl.run("tenants", "create", tenant).ok();
    String first;
    String second;
    try (Connection lock = asTenant(tenant);
        Statement statement = lock.createStatement()) {
      // pg_dump waits for this table, and the second backup for the first.
      lock.setAutoCommit(false);
      statement.execute("LOCK TABLE settings IN ACCESS EXCLUSIVE MODE");
      first = ctl.name("backups", "create", tenant, "-o", "name");
      await().atMost(LIMIT).until(() -> status(first).equals("running"));
      second = ctl.name("backups", "create", tenant, "-o", "name");
      Ctl.Result cancelled =
          await()
              .atMost(LIMIT)
              .until(
                  () -> ctl.run("jobs", "cancel", second, "--no-headers"), now -> now.code() == 0);
      cancelled.prints("<id>  backup  <id>  cancelled  0  -  <time>  <time>\n");
      ctl.run("jobs", "cancel", first)
          .fails(ExitCode.CONFLICT)
          .says(
              """
              tenantctl: Job already running or finished: The job is running. (JOB_NOT_CANCELLABLE)
              """);
    }

    ctl.run("jobs", "wait", first).ok();
    ctl.run("jobs", "wait", second)
        .fails(ExitCode.FAILURE)
        .says(
            """
            backup: cancelled
            tenantctl: job <id> (backup) is cancelled
            hint: tenantctl jobs show <id>
            """);
    ctl.run("backups", "list", "--tenant", tenant, "--status", "completed", "-o", "name")
        .ok()
        .prints("<id>\n");
  }

  private String status(String job) {
    return ctl.run("jobs", "show", job, "-o", "json").ok().json().path("status").asText();
  }

  /** As the tenant itself. */
  private void execute(String tenant, String sql) throws Exception {
    Sql.execute(asTenant(tenant), sql);
  }

  private Connection asTenant(String tenant) throws Exception {
    return Sql.connect(ctl.name("tenants", "connection", tenant, "--show-password", "-o", "name"));
  }

  @Test
  @Tag("P5")
  void restoresTenantIntoAnother() {
    String source = newName();
    String copy = newName();
    ctl.run("tenants", "create", source).ok();
    ctl.run("tenants", "create", copy).ok();
    ctl.run("backups", "create", source, "--wait").ok();

    assertThat(
            ctl.run("restore", copy, "--from", source, "--wait", "--yes", "--no-headers")
                .ok()
                .out())
        .contains("completed");
  }

  @Test
  @Tag("P5")
  void setsSchedulesAndRunsRetention() {
    String tenant = newName();
    ctl.run("tenants", "create", tenant).ok();
    await().atMost(LIMIT).until(() -> ctl.run("schedules", "show", tenant).code() == 0);

    ctl.run(
            "schedules",
            "set",
            tenant,
            "--cron",
            "0 0 4 * * ?",
            "--retention-days",
            "14",
            "--keep",
            "daily=7",
            "--no-headers")
        .ok()
        .prints(
            """
            <id>  0 0 4 * * ?  14  daily=7,weekly=0,monthly=0  yes  <time>
            """);
    ctl.run("schedules", "list", "--limit", "1").ok();
    ctl.run("schedules", "set", tenant, "--cron", "now and then")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: Invalid request: One field is invalid. (VALIDATION_FAILED)
              cron: must be a Quartz cron expression that fires at least once
            """);
    ctl.run("schedules", "show", UUID.randomUUID().toString())
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: Backup schedule not found: Tenant <id> has no schedule. (SCHEDULE_NOT_FOUND)
            """);
    ctl.run("retention", "preview").ok();
    ctl.run("retention", "run").fails(ExitCode.USAGE);
    ctl.run("retention", "run", "--wait", "--yes").ok();
    ctl.run("retention", "run", "--force", "--wait", "--yes").ok();
  }

  @Test
  @Tag("F26")
  void requiresNewKeyForShreddedTenant() {
    String tenant = newName();
    ctl.run("tenants", "create", tenant).ok();
    ctl.run("backups", "create", tenant, "--wait").ok();
    ctl.run("backups", "destroy-key", tenant, "--yes").ok();

    assertThat(ctl.run("backups", "list", "--tenant", tenant, "--status", "shredded").ok().out())
        .contains("shredded");
    assertThat(ctl.run("backups", "create", tenant).fails(ExitCode.CONFLICT).err())
        .contains("TENANT_SHREDDED");
    ctl.run("backups", "create", tenant, "--new-key", "--wait").ok();
  }

  @Test
  @Tag("F3")
  void showsStoresAndImportsUnrecordedBackups() {
    String tenant = newName();
    ctl.run("tenants", "create", tenant).ok();

    assertThat(ctl.run("backups", "stores", "--no-headers").ok().out())
        .matches("primary +ours +file:(?s:.*)");
    ctl.run("backups", "stores", "claim", "primary").fails(ExitCode.USAGE);
    assertThat(ctl.run("backups", "stores", "claim", "primary", "--yes").ok().out())
        .contains("ours");
    ctl.run("backups", "stores", "claim", "none", "--yes").fails(ExitCode.NOT_FOUND);
    ctl.run("backups", "orphans", "-o", "json").ok();
    assertThat(ctl.run("backups", "import", "--tenant", tenant, "--dry-run").ok().err())
        .isEqualTo("Dry run: nothing was changed.\n");
    ctl.run("backups", "import", "--tenant", tenant, "--wait").ok();
  }

  @Test
  @Tag("P5")
  void explainsInvalidBackup() {
    ctl.run("backups", "create", "nobody").fails(ExitCode.NOT_FOUND);
    ctl.run("backups", "show", UUID.randomUUID().toString())
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: Backup not found: There is no backup <id>. (BACKUP_NOT_FOUND)
            hint: tenantctl backups list shows all backups
            """);
    ctl.run("backups", "verify", "not-an-id").fails(ExitCode.NOT_FOUND);
    String tenant = newName();
    ctl.run("tenants", "create", tenant).ok();
    ctl.run("backups", "create", tenant, "--kind", "special").fails(ExitCode.USAGE);
    ctl.run("restore", tenant, "--yes")
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: Backup not found: Tenant <id> has no completed backup to restore. (BACKUP_NOT_FOUND)
            hint: tenantctl backups list shows all backups
            """);
    ctl.run("drills", "show", UUID.randomUUID().toString()).fails(ExitCode.NOT_FOUND);
    ctl.run("restores", "show", UUID.randomUUID().toString()).fails(ExitCode.NOT_FOUND);
  }
}
