package io.tenantry.cli.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Printer;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class GroupCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "GROUP group",
          "TOPIC topic",
          "EXISTS exists yes",
          "STATE state",
          "MEMBERS members size",
          "LAG lag n");
  private static final Columns MOVES = Columns.of("PARTITION partition", "FROM from n", "TO to n");
  private static final String GROUP = "/api/v1/groups/{}";

  @Command(
      description = "List the consumer groups with members and lag",
      footer = "  tenantctl groups list")
  void list() {
    printer().list(platform().ingestion().get(Target.of("/api/v1/groups")), COLUMNS);
  }

  @Command(
      description = "Show a consumer group with its members, offsets and lag",
      footer = "  tenantctl groups show ingestion-events-extraction-workers")
  void show(@Parameters(paramLabel = "GROUP", description = "the group") String group) {
    printer().details(platform().ingestion().get(Target.of(GROUP, group)), COLUMNS);
  }

  @Command(
      description = "Set the offsets of a group, so that events are processed again",
      footer = {
        "  tenantctl groups reset ingestion-events-extraction-workers --to earliest --dry-run",
        "  tenantctl groups reset ingestion-events-extraction-workers --to 2026-11-21T04:00:00Z",
        "  tenantctl groups reset ingestion-events-extraction-workers --to 0 --partition 3 --yes"
      })
  void reset(
      @Parameters(paramLabel = "GROUP", description = "the group; its members must be stopped")
          String group,
      @Option(
              names = "--to",
              paramLabel = "WHERE",
              required = true,
              description = "earliest, latest, a time as in RFC 3339, or an offset")
          String where,
      @Option(
              names = "--partition",
              paramLabel = "N",
              description = "only this partition; may be repeated")
          @Nullable List<Integer> partitions,
      @Option(names = "--dry-run", description = "only show what would be done") boolean dryRun,
      @Mixin Confirmation confirmation) {
    if (!dryRun) {
      confirmation.require(
          terminal(),
          "This sets the offsets of group %s to %s; --dry-run shows the changes."
              .formatted(group, where));
    }
    JsonNode answer =
        platform()
            .ingestion()
            .post(
                Target.of(GROUP + "/offsets/reset", group),
                to(where).with("partitions", partitions).with("dry_run", dryRun));
    if (printer().format() == Format.TABLE) {
      try (Printer.Rows rows = printer().rows(MOVES)) {
        answer.path("partitions").forEach(rows::add);
      }
    } else {
      printer().row(answer, Columns.of("GROUP group"));
    }
    if (dryRun) {
      say("Dry run: nothing was changed.");
    }
  }

  private static Json.Body to(String where) {
    String word = where.toLowerCase(Locale.ROOT);
    if (word.equals("earliest") || word.equals("latest")) {
      return Json.body().with("to", word);
    }
    return where.matches("\\d{1,18}")
        ? Json.body().with("to", "offset").with("offset", Long.valueOf(where))
        : Json.body().with("to", "time").with("time", where);
  }
}
