package io.tenantry.cli.backup;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.command.WholeFile;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Progress;
import io.tenantry.cli.platform.JobCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command(subcommands = StoreCommands.class)
public final class BackupCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "BACKUP id",
          "TENANT tenant_name",
          "KIND kind",
          "STATUS status",
          "ROWS manifest.rows n",
          "SIZE file.bytes bytes",
          "TOOK duration_ms ms",
          "COMPLETED completed_at time",
          "VERIFIED verification.result",
          "WARNINGS manifest.warnings size",
          "ERROR error_message");
  private static final Columns VERIFIED =
      Columns.of("BACKUP backup_id", "STORE store", "SIZE bytes bytes", "ENTRIES entries n");
  private static final Columns ORPHANS =
      Columns.of(
          "FILE key",
          "STORE store",
          "WHAT kind",
          "TENANT tenant_id",
          "SIZE bytes bytes",
          "MODIFIED modified_at time");
  private static final Columns IMPORTED =
      Columns.of("IMPORTED imported_count n", "REFUSED refused_count n");
  private static final Columns PROTECTION =
      Columns.of(
          "TENANT name",
          "STATUS status",
          "LAST_GOOD backup.completed_at time",
          "SIZE backup.bytes bytes",
          "RECOVERY drill.recovery_ms ms",
          "DRILLED drill.completed_at time",
          "NEXT next_due_at time",
          "ERROR failure.code");
  private static final Columns PROTECTION_SUMMARY =
      Columns.of(
          "NO_BACKUP no_backup n",
          "BACKUP_FAILED backup_failed n",
          "DRILL_FAILED drill_failed n",
          "NOT_DRILLED not_drilled n",
          "GOOD good n",
          "SLOWEST_RECOVERY slowest_recovery_ms ms",
          "OLDEST_BACKUP oldest_backup_at time");
  private static final String BACKUP = "/api/v1/backups/{}";
  private static final int BUFFER = 64 * 1024;

  @Command(
      description = "Back up a tenant",
      footer = {
        "  tenantctl backups create globex --wait",
        "  tenantctl backups create globex --kind emergency",
        "  tenantctl backups create globex --new-key"
      })
  void create(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Option(names = "--kind", description = "manual, emergency (runs first) or before_migration")
          @Nullable String kind,
      @Option(
              names = "--new-key",
              description = "create a new key if the tenant's key was destroyed")
          boolean newKey,
      @Mixin Waiting waiting) {
    JsonNode job =
        platform()
            .backups()
            .post(
                Target.of("/api/v1/tenants/{}/backups", tenantId(tenant)),
                Json.body().with("kind", kind).with("new_key", newKey ? true : null));
    JobCommands.follow(this, platform().backups(), job, waiting)
        .ifPresent(
            done -> {
              JsonNode backup =
                  platform()
                      .backups()
                      .get(Target.of(BACKUP, done.path("result").path("backup_id").asText()));
              printer().row(backup, COLUMNS);
              sayEach("Warning", backup.path("manifest").path("warnings"));
            });
  }

  @Command(
      description = "List tenants with their newest good backup and their newest drill",
      footer = {
        "  tenantctl backups status --summary",
        "  tenantctl backups status --status no_backup"
      })
  void status(
      @Option(
              names = "--status",
              description = "no_backup, backup_failed, drill_failed, not_drilled or good")
          @Nullable String status,
      @Option(names = "--name", description = "tenants whose name contains this")
          @Nullable String name,
      @Option(names = "--summary", description = "only counts by status") boolean summary,
      @Mixin Paging paging) {
    if (summary) {
      printer()
          .row(
              platform().backups().get(Target.of("/api/v1/protection/summary")),
              PROTECTION_SUMMARY);
      return;
    }
    list(
        platform().backups(),
        Target.of("/api/v1/protection").with("status", status).with("name", name),
        paging,
        PROTECTION);
  }

  @Command(
      description = "List backups, newest first",
      footer = {
        "  tenantctl backups list --tenant globex",
        "  tenantctl backups list --status failed"
      })
  void list(
      @Option(names = "--tenant", paramLabel = "TENANT", description = "of this tenant")
          @Nullable String tenant,
      @Option(
              names = "--status",
              description = "pending, running, completed, failed, expired or shredded")
          @Nullable String status,
      @Mixin Paging paging) {
    list(
        platform().backups(),
        (tenant == null
                ? Target.of("/api/v1/backups")
                : Target.of("/api/v1/tenants/{}/backups", tenantId(tenant)))
            .with("status", status),
        paging,
        COLUMNS);
  }

  @Command(
      description = "Show a backup with its tables and copies",
      footer = "  tenantctl backups show 01a1fc6b-37a5-7f53-a72d-95728c633816")
  void show(@Parameters(paramLabel = "ID", description = "the backup's id") String backup) {
    printer().details(platform().backups().get(Target.of(BACKUP, backup)), COLUMNS);
  }

  @Command(
      description = "Read a stored backup completely and compare it with its record",
      footer = "  tenantctl backups verify 01a1fc6b-37a5-7f53-a72d-95728c633816 --wait")
  void verify(
      @Parameters(paramLabel = "ID", description = "the backup's id") String backup,
      @Option(names = "--store", paramLabel = "NAME", description = "the copy in this store")
          @Nullable String store,
      @Mixin Waiting waiting) {
    JsonNode job =
        platform()
            .backups()
            .post(Target.of(BACKUP + "/verify", backup), Json.body().with("store", store));
    JobCommands.follow(this, platform().backups(), job, waiting)
        .ifPresent(done -> printer().row(done.path("result"), VERIFIED));
  }

  @Command(
      description = "Test a backup: restore it beside the tenant, count its rows, and drop it",
      footer = "  tenantctl backups drill 01a1fc6b-37a5-7f53-a72d-95728c633816 --wait")
  void drill(
      @Parameters(paramLabel = "ID", description = "the backup's id") String backup,
      @Option(names = "--store", paramLabel = "NAME", description = "the copy in this store")
          @Nullable String store,
      @Mixin Waiting waiting) {
    JsonNode job =
        platform()
            .backups()
            .post(Target.of(BACKUP + "/drill", backup), Json.body().with("store", store));
    JobCommands.follow(this, platform().backups(), job, waiting)
        .ifPresent(
            done -> {
              JsonNode drill =
                  platform()
                      .backups()
                      .get(
                          Target.of(
                              "/api/v1/drills/{}", done.path("result").path("drill_id").asText()));
              printer().row(drill, DrillCommands.COLUMNS);
              sayEach("Note", drill.path("evidence").path("notes"));
            });
  }

  @Command(
      description = {
        "Download a decrypted backup in pg_dump's custom format; this is recorded in the audit log.",
        "Only you can read the file."
      },
      footer = {
        "  tenantctl backups download 01a1fc6b-37a5-7f53-a72d-95728c633816 --to globex.dump",
        "  tenantctl backups download 01a1fc6b-37a5-7f53-a72d-95728c633816 | pg_restore --list"
      })
  void download(
      @Parameters(paramLabel = "ID", description = "the backup's id") String backup,
      @Option(
              names = "--to",
              paramLabel = "FILE",
              description =
                  "the file to write; standard output if not given, which must not be a terminal")
          @Nullable Path file) {
    if (file == null && terminal().attached().out()) {
      throw CommandException.usage("a backup cannot be written to a terminal; use --to FILE");
    }
    Target target = Target.of(BACKUP, backup);
    long total = platform().backups().get(target).path("manifest").path("dump_bytes").asLong();
    try (Progress progress = new Progress(terminal(), "download");
        InputStream in = platform().backups().download(Target.of(BACKUP + "/download", backup))) {
      if (file == null) {
        copy(in, terminal().bytes(), total, progress);
        terminal().bytes().flush();
      } else {
        WholeFile.write(file, out -> copy(in, out, total, progress));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the download was interrupted", e);
    }
    if (file != null) {
      say("Backup written to " + file + ".");
    }
  }

  private static void copy(InputStream in, OutputStream out, long total, Progress progress)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    long done = 0;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
      done += read;
      progress.update("", done, total, "bytes");
    }
  }

  @Command(
      description =
          "List stored backups without a record, for example after a restore of the control database",
      footer = "  tenantctl backups orphans")
  void orphans() {
    printer().list(platform().backups().get(Target.of("/api/v1/backups/orphans")), ORPHANS);
  }

  @Command(
      name = "import",
      description =
          "Create the records of stored backups without one; each backup is read completely",
      footer = {
        "  tenantctl backups import --dry-run",
        "  tenantctl backups import --tenant globex --wait"
      })
  void importOrphans(
      @Option(names = "--tenant", paramLabel = "TENANT", description = "of this tenant")
          @Nullable String tenant,
      @Option(names = "--dry-run", description = "only show what would be done") boolean dryRun,
      @Mixin Waiting waiting) {
    JsonNode answer =
        platform()
            .backups()
            .post(
                Target.of("/api/v1/backups/import"),
                Json.body().with("tenant_id", tenantIdOrNull(tenant)).with("dry_run", dryRun));
    if (dryRun) {
      printer().details(answer, IMPORTED);
      say("Dry run: nothing was changed.");
      return;
    }
    JobCommands.follow(this, platform().backups(), answer, waiting)
        .ifPresent(done -> printer().details(done.path("result"), IMPORTED));
  }

  @Command(
      name = "destroy-key",
      description =
          "Destroy the key of a tenant's backups, which makes all of them unreadable for ever",
      footer = "  tenantctl backups destroy-key 01a1fc6b-37a5-7f53-a72d-95728c633816 --yes")
  void destroyKey(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Mixin Confirmation confirmation) {
    String id = tenantId(tenant);
    confirmation.require(
        terminal(),
        "This makes all backups of tenant %s, including copies, permanently unreadable."
            .formatted(tenant));
    platform().backups().delete(Target.of("/api/v1/tenants/{}/backup-key", id));
    say("The backups of tenant " + tenant + " are permanently unreadable.");
  }
}
