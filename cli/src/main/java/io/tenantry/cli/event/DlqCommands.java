package io.tenantry.cli.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.command.Paging;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Printer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class DlqCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "ID id",
          "TENANT tenant_id",
          "TYPE type",
          "REASON reason",
          "STATUS status",
          "REDRIVES redrives n",
          "DIED dead_at time");
  private static final Columns COUNTS =
      Columns.of("REASON reason", "STATUS status", "COUNT count n");
  private static final Columns REDRIVEN =
      Columns.of(
          "MATCHED matched n",
          "REDRIVEN redriven n",
          "PARKED parked n",
          "FOREIGN foreign n",
          "GONE gone n",
          "MORE more yes");

  private static final Columns LOST =
      Columns.of(
          "ID id",
          "REASON reason",
          "TENANT tenant_id",
          "TOPIC topic",
          "PARTITION partition n",
          "OFFSETS offsets n",
          "FROM from_time time",
          "TO to_time time");

  @Command(
      description = "List dead letters, oldest first",
      footer = "  tenantctl dlq list --tenant globex --status waiting")
  void list(
      @Option(names = "--tenant", paramLabel = "TENANT", description = "of this tenant")
          @Nullable String tenant,
      @Option(names = "--reason", description = "with this reason") @Nullable String reason,
      @Option(names = "--status", description = "waiting, redriven, parked or lost")
          @Nullable String status,
      @Mixin Paging paging) {
    list(
        platform().ingestion(),
        Target.of("/api/v1/dead-letters")
            .with("tenant_id", tenantIdOrNull(tenant))
            .with("reason", reason)
            .with("status", status),
        paging,
        COLUMNS);
  }

  @Command(
      description = "Count dead letters by reason and status",
      footer = "  tenantctl dlq count --tenant globex")
  void count(
      @Option(names = "--tenant", paramLabel = "TENANT", description = "of this tenant")
          @Nullable String tenant) {
    JsonNode answer =
        platform()
            .ingestion()
            .get(Target.of("/api/v1/dead-letters/count").with("tenant_id", tenantIdOrNull(tenant)));
    if (printer().format() == Format.TABLE) {
      try (Printer.Rows rows = printer().rows(COUNTS)) {
        answer.path("counts").forEach(rows::add);
      }
    } else {
      printer().row(answer, Columns.of("TOTAL total"));
    }
  }

  @Command(
      description = {
        "List events that were lost before they were delivered, newest first.",
        "OFFSETS counts the messages of all tenants in between."
      },
      footer = "  tenantctl dlq lost --tenant globex")
  void lost(
      @Option(
              names = "--tenant",
              paramLabel = "TENANT",
              description = "of this tenant, including losses of all tenants of its partition")
          @Nullable String tenant,
      @Mixin Paging paging) {
    list(
        platform().ingestion(),
        Target.of("/api/v1/lost-events").with("tenant_id", tenantIdOrNull(tenant)),
        paging,
        LOST);
  }

  @Command(description = "Show a dead letter with its message", footer = "  tenantctl dlq show 17")
  void show(@Parameters(paramLabel = "ID", description = "its id") long id) {
    printer()
        .details(platform().ingestion().get(Target.of("/api/v1/dead-letters/{}", id)), COLUMNS);
  }

  @Command(
      description =
          "Redrive dead letters: send them to the topic of events again; exits with 1 if a given"
              + " id cannot be redriven",
      footer = {
        "  tenantctl dlq redrive --tenant globex --dry-run",
        "  tenantctl dlq redrive 17 18 --include-parked"
      })
  int redrive(
      @Parameters(
              paramLabel = "ID",
              arity = "0..*",
              description = "their ids; all that match the filters if not given")
          @Nullable List<Long> ids,
      @Option(names = "--tenant", paramLabel = "TENANT", description = "of this tenant")
          @Nullable String tenant,
      @Option(names = "--reason", description = "with this reason") @Nullable String reason,
      @Option(names = "--include-parked", description = "also parked ones, which failed too often")
          boolean parked,
      @Option(
              names = "--limit",
              paramLabel = "N",
              description = "the maximum number; 1000 if not given")
          @Nullable Integer limit,
      @Option(names = "--dry-run", description = "only show what would be done") boolean dryRun) {
    JsonNode answer =
        platform()
            .ingestion()
            .post(
                Target.of("/api/v1/dead-letters/redrive"),
                Json.body()
                    .with("ids", ids)
                    .with("tenant_id", tenantIdOrNull(tenant))
                    .with("reason", reason)
                    .with("include_parked", parked)
                    .with("limit", limit)
                    .with("dry_run", dryRun));
    printer().row(answer, REDRIVEN);
    if (dryRun) {
      say("Dry run: nothing was changed.");
    }
    long missing = ids == null ? 0 : Set.copyOf(ids).size() - answer.path("matched").asLong();
    if (missing <= 0) {
      return ExitCode.OK.number();
    }
    say("%d of the given dead letters do not exist, or are not waiting.".formatted(missing));
    terminal()
        .advise(
            "tenantctl dlq show ID shows a dead letter's status; --include-parked includes parked"
                + " ones, too");
    return ExitCode.FAILURE.number();
  }
}
