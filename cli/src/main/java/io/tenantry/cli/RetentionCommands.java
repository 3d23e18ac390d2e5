package io.tenantry.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@RegisterForReflection
@Command
final class RetentionCommands extends Noun {

  private static final Columns REPORT =
      Columns.of("EXPIRED expired_count n", "ORPHANS orphan_count n", "SIZE bytes bytes");

  @Command(
      description = "List what a run would remove now: expired backups, and files of none",
      footer = "  tenantctl retention preview")
  void preview() {
    printer().details(platform().backups().get(Target.of("/api/v1/retention/preview")), REPORT);
  }

  @Command(
      description = "Remove expired backups, and files of none",
      footer = "  tenantctl retention run --wait --yes")
  void run(@Mixin Confirmation confirmation, @Mixin Waiting waiting) {
    confirmation.require(
        terminal(), "This removes expired backups; tenantctl retention preview lists them.");
    JsonNode job = platform().backups().post(Target.of("/api/v1/retention/run"));
    JobCommands.follow(this, platform().backups(), job, waiting)
        .ifPresent(done -> printer().row(done, JobCommands.COLUMNS));
  }
}
