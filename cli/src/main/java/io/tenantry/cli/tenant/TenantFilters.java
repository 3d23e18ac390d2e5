package io.tenantry.cli.tenant;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that filter and sort a list of tenants. */
@RegisterForReflection
final class TenantFilters {

  @Option(
      names = {"-e", "--environment"},
      description = "of this environment")
  @Nullable String environment;

  @Option(
      names = "--status",
      description = "registered, provisioning, active, suspended, deleting or deleted")
  @Nullable String status;

  @Option(names = "--blueprint", description = "of this blueprint")
  @Nullable String blueprint;

  @Option(names = "--region", description = "of this region")
  @Nullable String region;

  @Option(names = "--name", description = "with exactly this name")
  @Nullable String name;

  @Option(names = "--name-prefix", paramLabel = "TEXT", description = "whose name starts with this")
  @Nullable String prefix;

  @Option(names = "--external-id", paramLabel = "ID", description = "with exactly this external id")
  @Nullable String externalId;

  @Option(
      names = "--sort",
      paramLabel = "ORDER",
      description = "by name, -name, created_at or -created_at; descending after a minus sign")
  @Nullable String sort;

  /** The list with these filters. */
  Target target() {
    return Target.of("/api/v1/tenants")
        .with("environment", environment)
        .with("status", status)
        .with("blueprint", blueprint)
        .with("region", region)
        .with("name", name)
        .with("name_prefix", prefix)
        .with("external_id", externalId)
        .with("sort", sort);
  }
}
