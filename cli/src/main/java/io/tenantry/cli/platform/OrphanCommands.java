package io.tenantry.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@RegisterForReflection
@Command
public final class OrphanCommands extends CommandGroup {

  static final Target ORPHANS = Target.of("/api/v1/orphans");

  private static final Columns COLUMNS =
      Columns.of(
          "NAME name",
          "KIND kind",
          "PURPOSE purpose",
          "ACTION action",
          "TENANT tenant_id",
          "CLUSTER cluster");

  private static final Columns MISSING =
      Columns.of("TENANT tenant_id", "KIND kind", "NAME name", "CLUSTER cluster");

  @Command(
      description =
          "List databases, schemas and roles that Tenantry created and that belong to no tenant;"
              + " ACTION is what reap does with them",
      footer = "  tenantctl orphans list")
  void list() {
    show(platform().tenants().get(ORPHANS), COLUMNS);
  }

  private void show(JsonNode answer, Columns columns) {
    printer().list(answer, columns);
    answer
        .path("unchecked")
        .forEach(each -> say("Cluster " + each.asText() + " does not respond."));
  }

  @Command(
      description = "List tenants whose database, schema or roles are missing",
      footer = "  tenantctl orphans missing")
  void missing() {
    show(platform().tenants().get(Target.of("/api/v1/orphans/missing")), MISSING);
  }

  @Command(
      description =
          "Remove orphans that never belonged to a tenant, quarantine those that may have, and list both",
      footer = "  tenantctl orphans reap --yes")
  void reap(@Mixin Confirmation confirmation) {
    JsonNode orphans = platform().tenants().get(ORPHANS);
    confirmation.require(
        terminal(),
        ("This removes %d orphans that never belonged to a tenant, and quarantines %d that may"
                + " have (closed to connections and kept); %d are not changed."
                + " No tenant's data is dropped.")
            .formatted(
                count(orphans, "remove"), count(orphans, "quarantine"), count(orphans, "keep")));
    show(platform().tenants().post(Target.of("/api/v1/orphans/reap")), COLUMNS);
  }

  /** The number of orphans in an answer with this action. */
  static long count(JsonNode orphans, String action) {
    return orphans
        .path("items")
        .valueStream()
        .filter(orphan -> orphan.path("action").asText().equals(action))
        .count();
  }
}
