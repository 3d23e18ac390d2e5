package io.tenantry.cli;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@RegisterForReflection
@Command
final class OrphanCommands extends Noun {

  private static final Columns COLUMNS = Columns.of("NAME name", "KIND kind", "CLUSTER cluster");

  @Command(
      description = "List databases, schemas and roles that Tenantry made and no tenant has",
      footer = "  tenantctl orphans list")
  void list() {
    printer().list(platform().tenants().get(Target.of("/api/v1/orphans")), COLUMNS);
  }

  @Command(
      description = "Remove them now, and list what was removed",
      footer = "  tenantctl orphans reap --yes")
  void reap(@Mixin Confirmation confirmation) {
    confirmation.require(
        terminal(), "This drops what tenantctl orphans list shows from the clusters.");
    printer().list(platform().tenants().post(Target.of("/api/v1/orphans/reap")), COLUMNS);
  }
}
