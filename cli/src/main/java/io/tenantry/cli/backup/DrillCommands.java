package io.tenantry.cli.backup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.output.Columns;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class DrillCommands extends CommandGroup {

  static final Columns COLUMNS =
      Columns.of(
          "DRILL id",
          "TENANT tenant_id",
          "BACKUP backup_id",
          "STATUS status",
          "ROWS evidence.rows_found n",
          "RECOVERY recovery_ms ms",
          "COMPLETED completed_at time",
          "ERROR error_message");

  @Command(
      description = "List drills, newest first",
      footer = "  tenantctl drills list --tenant globex")
  void list(
      @Option(names = "--tenant", paramLabel = "TENANT", description = "of this tenant")
          @Nullable String tenant,
      @Mixin Paging paging) {
    list(
        platform().backups(),
        Target.of("/api/v1/drills").with("tenant_id", tenantIdOrNull(tenant)),
        paging,
        COLUMNS);
  }

  @Command(
      description = "Show a drill with its evidence, table by table",
      footer = "  tenantctl drills show 01a1fc6b-37a5-7f53-a72d-95728c633816")
  void show(@Parameters(paramLabel = "ID", description = "the drill's id") String drill) {
    printer().details(platform().backups().get(Target.of("/api/v1/drills/{}", drill)), COLUMNS);
  }
}
