package io.tenantry.cli.backup;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.platform.JobCommands;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class RestoreCommands extends CommandGroup {

  static final Columns COLUMNS =
      Columns.of(
          "RESTORE id",
          "TENANT tenant_id",
          "BACKUP backup_id",
          "STATUS status",
          "ROWS rows n",
          "DOWNTIME downtime_ms ms",
          "COMPLETED completed_at time",
          "UNDO_UNTIL former.expires_at time",
          "ERROR error_message");
  private static final String RESTORE = "/api/v1/restores/{}";

  @Command(
      description = "List restores, newest first",
      footer = "  tenantctl restores list --tenant globex")
  void list(
      @Option(names = "--tenant", paramLabel = "TENANT", description = "of this tenant")
          @Nullable String tenant,
      @Mixin Paging paging) {
    list(
        platform().backups(),
        Target.of("/api/v1/restores").with("tenant_id", tenantIdOrNull(tenant)),
        paging,
        COLUMNS);
  }

  @Command(
      description = "Show a restore",
      footer = "  tenantctl restores show 01a1fc6b-37a5-7f53-a72d-95728c633816")
  void show(@Parameters(paramLabel = "ID", description = "the restore's id") String restore) {
    printer().details(platform().backups().get(Target.of(RESTORE, restore)), COLUMNS);
  }

  @Command(
      description = "Undo a restore: put the replaced data back",
      footer = "  tenantctl restores undo 01a1fc6b-37a5-7f53-a72d-95728c633816 --wait --yes")
  void undo(
      @Parameters(paramLabel = "ID", description = "the restore's id") String restore,
      @Mixin Confirmation confirmation,
      @Mixin Waiting waiting) {
    confirmation.require(
        terminal(),
        "This replaces the current data with the data from before restore %s.".formatted(restore));
    JsonNode job = platform().backups().post(Target.of(RESTORE + "/undo", restore));
    JobCommands.follow(this, platform().backups(), job, waiting)
        .ifPresent(
            done -> printer().row(platform().backups().get(Target.of(RESTORE, restore)), COLUMNS));
  }
}
