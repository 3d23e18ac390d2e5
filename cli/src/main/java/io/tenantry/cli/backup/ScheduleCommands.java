package io.tenantry.cli.backup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.output.Columns;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class ScheduleCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "TENANT tenant_id",
          "CRON cron",
          "DAYS retention_days n",
          "KEEP keep",
          "ENABLED enabled yes",
          "NEXT next_due_at time");
  private static final Columns DIFFERENCES =
      Columns.of(
          "TENANTS tenants n",
          "SCHEDULES schedules n",
          "MISSING missing.count n",
          "DELETED deleted.count n",
          "UNKNOWN unknown.count n",
          "ENROLLED enrolled n",
          "REMOVED removed n",
          "HELD held");
  private static final String SCHEDULE = "/api/v1/schedules/{}";
  private static final String RECONCILIATION = "/api/v1/schedules/reconciliation";

  @Command(
      description = "List backup schedules, oldest tenants first",
      footer = "  tenantctl schedules list")
  void list(@Mixin Paging paging) {
    list(platform().backups(), Target.of("/api/v1/schedules"), paging, COLUMNS);
  }

  @Command(
      description = "Show the backup schedule of a tenant",
      footer = "  tenantctl schedules show globex")
  void show(@Parameters(paramLabel = "TENANT", description = "the tenant") String tenant) {
    printer().details(platform().backups().get(Target.of(SCHEDULE, tenantId(tenant))), COLUMNS);
  }

  @Command(
      description = "Compare the schedules with the registry of tenants",
      footer = {"  tenantctl schedules differences", "  tenantctl schedules differences -o json"})
  void differences() {
    printer().row(platform().backups().get(Target.of(RECONCILIATION)), DIFFERENCES);
  }

  @Command(
      description =
          "Enrol tenants without a schedule and remove schedules of deleted tenants; this also"
              + " runs regularly",
      footer = {
        "  tenantctl schedules reconcile",
        "  tenantctl schedules reconcile --beyond-limits --yes"
      })
  void reconcile(
      @Option(
              names = "--beyond-limits",
              description = "also if more schedules would change than the automatic limit")
          boolean beyondLimits,
      @Mixin Confirmation confirmation) {
    if (beyondLimits) {
      confirmation.require(
          terminal(),
          "This follows the registry, regardless of how many schedules it removes: see tenantctl schedules"
              + " differences.");
    }
    printer()
        .row(
            platform()
                .backups()
                .post(Target.of(RECONCILIATION).with("beyond_limits", beyondLimits)),
            DIFFERENCES);
  }

  @Command(
      description = "Set the backup schedule and retention of a tenant",
      footer = {
        "  tenantctl schedules set globex --cron='0 0 4 * * ?' --retention-days 14",
        "  tenantctl schedules set globex --cron='0 0 4 * * ?' --keep daily=7 --keep weekly=4",
        "  tenantctl schedules set globex --cron='0 0 4 * * ?' --disabled"
      })
  void set(
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant,
      @Option(
              names = "--cron",
              required = true,
              description = "six fields, from seconds to day of week, in UTC")
          String cron,
      @Option(
              names = "--retention-days",
              paramLabel = "N",
              defaultValue = "30",
              description = "days that a backup is kept; 30 if not given")
          int days,
      @Option(
              names = "--keep",
              paramLabel = "PERIOD=N",
              description = "also keep the last backup of N periods: daily, weekly or monthly")
          @Nullable Map<String, Integer> keep,
      @Option(names = "--disabled", description = "disable the schedule") boolean disabled) {
    Json.Body kept = Json.body();
    if (keep != null) {
      // The service requires all three.
      List.of("daily", "weekly", "monthly").forEach(period -> kept.with(period, 0));
      keep.forEach(kept::with);
    }
    printer()
        .row(
            platform()
                .backups()
                .put(
                    Target.of(SCHEDULE, tenantId(tenant)),
                    Json.body()
                        .with("cron", cron)
                        .with("retention_days", days)
                        .with("keep", kept)
                        .with("enabled", !disabled)),
            COLUMNS);
  }
}
