package io.tenantry.cli.backup;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.platform.JobCommands;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command(
    footer = {
      "  tenantctl restore globex --dry-run",
      "  tenantctl restore globex --backup 01a1fc6b-37a5-7f53-a72d-95728c633816 --wait",
      "  tenantctl restore globex_copy --from globex --wait --yes"
    })
public final class RestoreCommand extends CommandGroup implements Runnable {

  private static final Columns PLAN =
      Columns.of(
          "TENANT tenant_id",
          "BACKUP backup_id",
          "DATABASE database",
          "ROWS rows n",
          "SIZE bytes bytes",
          "SESSIONS sessions n",
          "STEPS steps");

  @Parameters(paramLabel = "TENANT", description = "the tenant whose data is replaced")
  String tenant;

  @Option(
      names = "--backup",
      paramLabel = "ID",
      description = "the backup; the newest if not given")
  @Nullable String backup;

  @Option(
      names = "--from",
      paramLabel = "TENANT",
      description = "use a backup of this other tenant, so that TENANT becomes its clone")
  @Nullable String source;

  @Option(names = "--store", paramLabel = "NAME", description = "the copy in this store")
  @Nullable String store;

  @Option(names = "--dry-run", description = "only show what would be done")
  boolean dryRun;

  @Mixin Confirmation confirmation;

  @Mixin Waiting waiting;

  @Override
  public void run() {
    String id = tenantId(tenant);
    if (!dryRun) {
      confirmation.require(
          terminal(), "This replaces all data of tenant %s with a backup.".formatted(tenant));
    }
    JsonNode answer =
        platform()
            .backups()
            .post(
                Target.of("/api/v1/restores"),
                Json.body()
                    .with("tenant_id", id)
                    .with("backup_id", backup)
                    .with("mode", source == null ? null : "clone")
                    .with("source_tenant_id", tenantIdOrNull(source))
                    .with("store", store)
                    .with("dry_run", dryRun));
    if (dryRun) {
      printer().row(answer, PLAN);
      sayEach("Warning", answer.path("warnings"));
      say("Dry run: nothing was changed.");
      return;
    }
    JobCommands.follow(this, platform().backups(), answer, waiting)
        .ifPresent(
            done -> {
              String restore = done.path("result").path("restore_id").asText();
              printer()
                  .row(
                      platform().backups().get(Target.of("/api/v1/restores/{}", restore)),
                      RestoreCommands.COLUMNS);
              sayEach("Note", done.path("result").path("notes"));
              say("To get the replaced data back: tenantctl restores undo " + restore);
            });
  }
}
