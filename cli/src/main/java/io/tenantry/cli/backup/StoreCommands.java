package io.tenantry.cli.backup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@RegisterForReflection
@Command(
    name = "stores",
    description = "List the backup stores and their owners",
    footer = {"  tenantctl backups stores", "  tenantctl backups stores claim primary --yes"})
final class StoreCommands implements Runnable {

  private static final Columns COLUMNS =
      Columns.of(
          "STORE name",
          "STATE state",
          "LOCATION location",
          "INSTALLATION installation_id",
          "WHAT_TO_DO advice");

  @ParentCommand BackupCommands backups;

  @Override
  public void run() {
    backups.printer().list(backups.platform().backups().get(Target.of("/api/v1/stores")), COLUMNS);
  }

  @Command(
      description = "Claim a backup store, with its contents, for this installation",
      footer = "  tenantctl backups stores claim primary --yes")
  void claim(
      @Parameters(paramLabel = "NAME", description = "primary or secondary") String name,
      @Mixin Confirmation confirmation) {
    confirmation.require(
        backups.terminal(),
        "From then on, remains of failed and expired backups in it are removed.");
    backups
        .printer()
        .row(
            backups.platform().backups().post(Target.of("/api/v1/stores/{}/claim", name)), COLUMNS);
  }
}
