package io.tenantry.cli.backup;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.command.Waiting;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.platform.JobCommands;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@RegisterForReflection
@Command
public final class RetentionCommands extends CommandGroup {

  private static final Columns REPORT =
      Columns.of(
          "EXPIRED expired_count n",
          "ORPHANS orphan_count n",
          "SIZE bytes bytes",
          "LIMIT limit n",
          "HELD held yes",
          "IMPORTABLE importable_count n",
          "FOREIGN foreign_count n");

  @Command(
      description =
          "List what a run would remove: expired backups, and files that belong to no backup",
      footer = "  tenantctl retention preview")
  void preview() {
    printer().details(platform().backups().get(Target.of("/api/v1/retention/preview")), REPORT);
  }

  @Command(
      description = {
        "Remove expired backups, and files that belong to no backup.",
        "A run that would remove more than the limit removes nothing, except with --force."
      },
      footer = {
        "  tenantctl retention run --wait --yes",
        "  tenantctl retention run --force --wait --yes"
      })
  void run(
      @Option(names = "--force", description = "also if it is more than the limit") boolean force,
      @Mixin Confirmation confirmation,
      @Mixin Waiting waiting) {
    confirmation.require(
        terminal(), "This removes expired backups; tenantctl retention preview lists them.");
    JsonNode job =
        platform()
            .backups()
            .post(Target.of("/api/v1/retention/run").with("force", force ? true : null));
    JobCommands.follow(this, platform().backups(), job, waiting).ifPresent(this::show);
  }

  private void show(JsonNode job) {
    printer().row(job, JobCommands.COLUMNS);
    if (job.path("result").path("held").asBoolean()) {
      throw new CommandException(
          ExitCode.FAILURE,
          "nothing was removed: it is more than the limit of "
              + job.path("result").path("limit").asText(),
          "tenantctl retention preview lists the files; retention run --force removes them");
    }
  }
}
