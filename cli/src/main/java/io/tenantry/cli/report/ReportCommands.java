package io.tenantry.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@RegisterForReflection
@Command
public final class ReportCommands extends CommandGroup {

  private static final Columns PROVISIONING =
      Columns.of(
          "START start",
          "BLUEPRINT blueprint",
          "REGION region",
          "SUCCEEDED succeeded n",
          "FAILED failed n",
          "RATE success_rate n",
          "FROM-POOL from_pool n",
          "MEDIAN duration_ms.median ms",
          "P95 duration_ms.p95 ms",
          "MAX duration_ms.max ms");

  private static final Columns STEPS =
      Columns.of(
          "STEP step",
          "COMPLETED completed n",
          "FAILED failed n",
          "MEDIAN duration_ms.median ms",
          "P95 duration_ms.p95 ms",
          "MAX duration_ms.max ms");

  private static final Columns GROWTH =
      Columns.of(
          "DAY day",
          "TENANTS tenants n",
          "CREATED created n",
          "DELETED deleted n",
          "MEASURED tenants_measured n",
          "STORAGE storage_bytes bytes",
          "TRANSACTIONS transactions n",
          "EVENTS events_captured n",
          "EVENT-BYTES bytes_captured bytes",
          "DELIVERED events_delivered n",
          "BACKUPS backups n",
          "BACKUP-BYTES backup_bytes bytes");

  private static final Columns BACKUPS =
      Columns.of(
          "START start",
          "COMPLETED completed n",
          "FAILED failed n",
          "RATE success_rate n",
          "BYTES bytes bytes",
          "SIZE-MEDIAN backup_bytes.median bytes",
          "SIZE-MAX backup_bytes.max bytes",
          "MEDIAN duration_ms.median ms",
          "P95 duration_ms.p95 ms");

  private static final Columns OPERATIONS =
      Columns.of(
          "START start",
          "SUCCEEDED succeeded n",
          "FAILED failed n",
          "RATE success_rate n",
          "MEDIAN recovery_ms.median ms",
          "P95 recovery_ms.p95 ms",
          "MAX recovery_ms.max ms");

  private static final Columns CAMPAIGNS =
      Columns.of(
          "CAMPAIGN campaign_id",
          "BLUEPRINT blueprint",
          "DIRECTION direction",
          "STATUS status",
          "TENANTS tenants n",
          "COMPLETED completed n",
          "FAILED failed n",
          "RATE success_rate n",
          "CREATED created_at time",
          "DURATION duration_ms ms");

  /** The period of a report. */
  @RegisterForReflection
  static final class Period {

    @Option(
        names = "--from",
        paramLabel = "DAY",
        description = "the first day, such as 2026-11-01; 30 days before the end if not given")
    @Nullable String from;

    @Option(
        names = "--to",
        paramLabel = "DAY",
        description = "the day after the last one; tomorrow if not given")
    @Nullable String to;

    Target of(String path) {
      return Target.of(path).with("from", from).with("to", to);
    }
  }

  @Command(
      description = "Report how provisioning went, by time, blueprint, region and step",
      footer = {
        "  tenantctl report provisioning",
        "  tenantctl report provisioning --from 2026-11-01 --interval week --blueprint car -o csv"
      })
  void provisioning(
      @Mixin Period period,
      @Option(names = "--interval", description = "day, week or month; day if not given")
          @Nullable String interval,
      @Option(names = "--blueprint", description = "tenants of this blueprint")
          @Nullable String blueprint,
      @Option(names = "--region", description = "tenants in this region") @Nullable String region) {
    JsonNode report =
        platform()
            .tenants()
            .get(
                period
                    .of("/api/v1/reports/provisioning")
                    .with("interval", interval)
                    .with("blueprint", blueprint)
                    .with("region", region));
    Output.list(printer(), report, PROVISIONING);
    table("Steps", report.path("steps"), STEPS);
    failures(report);
  }

  @Command(
      description = "Report the growth of tenants, storage and events by day",
      footer = "  tenantctl report growth --from 2026-11-01 -o csv")
  void growth(@Mixin Period period) {
    Output.list(printer(), platform().tenants().get(period.of("/api/v1/reports/growth")), GROWTH);
  }

  @Command(
      description = "Report backups, restores and drills over time",
      footer = "  tenantctl report backups --interval week")
  void backups(
      @Mixin Period period,
      @Option(names = "--interval", description = "day, week or month; day if not given")
          @Nullable String interval) {
    JsonNode report =
        platform().backups().get(period.of("/api/v1/reports/backups").with("interval", interval));
    if (printer().format().isWhole()) {
      printer().details(report, BACKUPS);
      return;
    }
    printer().list(items(report.path("backups")), BACKUPS);
    table("Restores", report.path("restores"), OPERATIONS);
    table("Drills", report.path("drills"), OPERATIONS);
    failures(report);
  }

  @Command(
      description = "Report the campaigns of a period",
      footer = "  tenantctl report campaigns --from 2026-11-01")
  void campaigns(@Mixin Period period) {
    Output.list(
        printer(), platform().backups().get(period.of("/api/v1/reports/campaigns")), CAMPAIGNS);
  }

  /** A further table, for people. */
  private void table(String title, JsonNode rows, Columns columns) {
    if (printer().format() == Format.TABLE && !rows.isEmpty()) {
      terminal().out().println();
      terminal().out().println(title);
      printer().list(items(rows), columns);
    }
  }

  private static JsonNode items(JsonNode rows) {
    ObjectNode list = Json.MAPPER.createObjectNode();
    list.set("items", rows);
    return list;
  }

  private void failures(JsonNode report) {
    if (printer().format() == Format.TABLE) {
      report
          .path("failures")
          .propertyStream()
          .forEach(
              failure ->
                  say("Failed: %s %s times".formatted(failure.getKey(), failure.getValue())));
    }
  }
}
