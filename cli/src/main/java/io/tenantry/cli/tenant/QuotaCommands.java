package io.tenantry.cli.tenant;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.output.Columns;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class QuotaCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of("RESOURCE resource", "QUOTA quota n", "USED used n");
  private static final String QUOTAS = "/api/v1/tenants/{}/quotas";

  @Command(
      description = "Show a tenant's quotas and their use",
      footer = "  tenantctl quotas show globex")
  void show(@Parameters(paramLabel = "TENANT", description = "the tenant") String tenant) {
    printer().list(platform().tenants().get(Target.of(QUOTAS, tenantId(tenant))), COLUMNS);
  }

  @Command(
      description = "Change quotas of a tenant",
      footer = "  tenantctl quotas set globex api_keys=50 services=3")
  void set(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Parameters(
              index = "1",
              paramLabel = "RESOURCE=N",
              arity = "1..*",
              description = "api_keys or services, and the number")
          Map<String, Integer> quotas) {
    Json.Body body = Json.body();
    quotas.forEach(body::with);
    printer().list(platform().tenants().patch(Target.of(QUOTAS, tenantId(tenant)), body), COLUMNS);
  }
}
