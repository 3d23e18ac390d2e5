package io.tenantry.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@RegisterForReflection
@Command
final class OrphanCommands extends Noun {

  private static final Columns MISSING =
      Columns.of("TENANT tenant_id", "KIND kind", "NAME name", "CLUSTER cluster");
  private static final Columns COLUMNS = Columns.of("NAME name", "KIND kind", "CLUSTER cluster");

  @Command(
      description = "List databases, schemas and roles that Tenantry made and no tenant has",
      footer = "  tenantctl orphans list")
  void list() {
    printer().list(platform().tenants().get(Target.of("/api/v1/orphans")), COLUMNS);
  }

  @Command(
      description = "List the opposite: databases, schemas and roles of tenants that do not exist",
      footer = "  tenantctl orphans missing")
  void missing() {
    JsonNode answer = platform().tenants().get(Target.of("/api/v1/orphans/missing"));
    printer().list(answer, MISSING);
    answer.path("unchecked").forEach(each -> say("Cluster " + each.asText() + " does not answer."));
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
