package io.tenantry.cli.platform;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.output.Columns;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@RegisterForReflection
@Command(
    footer = {
      "  tenantctl audit --tenant globex",
      "  tenantctl audit --outcome refused --from 2026-11-21T00:00:00Z -o json"
    })
public final class AuditCommand extends CommandGroup implements Runnable {

  private static final Columns COLUMNS =
      Columns.of(
          "POSITION position",
          "TIME occurred_at time",
          "SERVICE service",
          "ACTOR actor",
          "ACTION action",
          "TENANTS tenant_ids few",
          "SOURCE source",
          "OUTCOME outcome",
          "CODE code");

  @Option(names = "--tenant", paramLabel = "TENANT", description = "of this tenant")
  @Nullable String tenant;

  @Option(names = "--actor", description = "by this actor")
  @Nullable String actor;

  @Option(names = "--action", description = "of this action")
  @Nullable String action;

  @Option(names = "--outcome", description = "with this outcome")
  @Nullable String outcome;

  @Option(names = "--from", paramLabel = "TIME", description = "at this time or later")
  @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "before this time")
  @Nullable String to;

  @Mixin Paging paging;

  @Override
  public void run() {
    list(
        platform().tenants(),
        Target.of("/api/v1/audit")
            .with("tenant_id", tenantIdOrNull(tenant))
            .with("actor", actor)
            .with("action", action)
            .with("outcome", outcome)
            .with("from", from)
            .with("to", to),
        paging,
        COLUMNS);
  }
}
