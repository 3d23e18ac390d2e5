package io.tenantry.cli.tenant;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class ServiceCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "SERVICE type",
          "STATUS status",
          "REGISTERED registered yes",
          "ENDPOINT endpoint",
          "CHECKED checked_at time",
          "ERROR error");
  private static final String SERVICES = "/api/v1/tenants/{}/services";

  @Command(description = "List a tenant's services", footer = "  tenantctl services list globex")
  void list(@Parameters(paramLabel = "TENANT", description = "the tenant") String tenant) {
    printer().list(platform().tenants().get(Target.of(SERVICES, tenantId(tenant))), COLUMNS);
  }

  @Command(
      description = "Register a tenant with a service",
      footer = "  tenantctl services register globex auth")
  void register(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Parameters(paramLabel = "TYPE", description = "auth, realtime or storage") String type) {
    printer()
        .row(
            platform()
                .tenants()
                .send("PUT", Target.of(SERVICES + "/{}", tenantId(tenant), type), null)
                .body(),
            COLUMNS);
  }

  @Command(
      description = "Disable a tenant's service",
      footer = "  tenantctl services disable globex auth")
  void disable(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Parameters(paramLabel = "TYPE", description = "auth, realtime or storage") String type) {
    printer()
        .row(
            platform().tenants().post(Target.of(SERVICES + "/{}/disable", tenantId(tenant), type)),
            COLUMNS);
  }

  @Command(
      description = "Enable a tenant's service again",
      footer = "  tenantctl services enable globex auth")
  void enable(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Parameters(paramLabel = "TYPE", description = "auth, realtime or storage") String type) {
    printer()
        .row(
            platform().tenants().post(Target.of(SERVICES + "/{}/enable", tenantId(tenant), type)),
            COLUMNS);
  }

  @Command(
      description = "Remove a tenant from a service",
      footer = "  tenantctl services remove globex auth --yes")
  void remove(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Parameters(paramLabel = "TYPE", description = "auth, realtime or storage") String type,
      @Mixin Confirmation confirmation) {
    String id = tenantId(tenant);
    confirmation.require(
        terminal(), "This removes tenant %s from the service %s.".formatted(tenant, type));
    platform().tenants().delete(Target.of(SERVICES + "/{}", id, type));
    say("Tenant " + tenant + " removed from " + type + ".");
  }
}
