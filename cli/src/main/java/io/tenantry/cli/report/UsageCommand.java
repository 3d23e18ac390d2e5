package io.tenantry.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.WholeFile;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command(
    footer = {
      "  tenantctl usage globex",
      "  tenantctl usage globex --days --from 2026-11-01 --to 2026-12-01 -o csv",
      "  tenantctl usage --by transactions --top 10",
      "  tenantctl usage --export 2026-11 --file usage-2026-11.csv",
      "  tenantctl usage --export 2026-11 --ndjson"
    })
public final class UsageCommand extends CommandGroup implements Runnable {

  private static final Columns SAMPLES =
      Columns.of(
          "START start time",
          "STORAGE storage_bytes bytes",
          "HOURS hours_measured n",
          "TABLES tables n",
          "CONNECTIONS connections_peak n",
          "TRANSACTIONS transactions n",
          "ROWS-IN rows_in n",
          "ROWS-OUT rows_out n",
          "EVENTS events_captured n",
          "BYTES bytes_captured bytes",
          "DELIVERED events_delivered n",
          "BACKUPS backups n",
          "BACKUP-BYTES backup_bytes bytes");

  private static final Columns RANKING = ranking("n");
  private static final Columns RANKING_IN_BYTES = ranking("bytes");

  private static Columns ranking(String kind) {
    return Columns.of(
        "TENANT tenant_id",
        "NAME name",
        "ENVIRONMENT environment",
        "BLUEPRINT blueprint",
        "REGION region",
        "VALUE value " + kind);
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "TENANT",
      description = "the tenant; the tenants with the highest usage if not given")
  @Nullable String tenant;

  @Option(names = "--days", description = "by day instead of by hour")
  boolean days;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "start of the period, such as 2026-11-01; by default the last 24 hours or 30 days")
  @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "end of the period, without it")
  @Nullable String to;

  @Option(
      names = "--by",
      paramLabel = "MEASURE",
      description =
          "rank tenants by storage, tables, connections, transactions, rows_in, rows_out, events,"
              + " event_bytes, events_delivered, backups or backup_bytes; storage if not given")
  @Nullable String by;

  @Option(names = "--top", paramLabel = "N", description = "how many tenants; 20 if not given")
  @Nullable Integer top;

  @Option(
      names = "--export",
      paramLabel = "MONTH",
      description = "export the usage of all tenants in a month, such as 2026-11, as CSV")
  @Nullable String export;

  @Option(names = "--ndjson", description = "export one JSON object per line instead")
  boolean ndjson;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "write the export to this file; to standard output if not given")
  @Nullable Path file;

  @Override
  public void run() {
    if (export != null) {
      requireNone("--export", tenant, from, to, by, top);
      export(export);
    } else if (file != null || ndjson) {
      throw CommandException.usage("--file and --ndjson need --export MONTH");
    } else if (tenant != null) {
      requireNone("a tenant", by, top);
      show(tenant);
    } else {
      rank();
    }
  }

  private static void requireNone(String what, @Nullable Object... others) {
    for (Object other : others) {
      if (other != null) {
        throw CommandException.usage(what + " cannot be combined with " + other);
      }
    }
  }

  private void show(String name) {
    JsonNode usage =
        platform()
            .tenants()
            .get(
                Target.of("/api/v1/tenants/{}/usage", tenantId(name))
                    .with("granularity", days ? "day" : null)
                    .with("from", from)
                    .with("to", to));
    Output.list(printer(), usage, SAMPLES);
    if (printer().format() == Format.TABLE) {
      usage
          .path("gaps")
          .forEach(
              gap ->
                  say(
                      "Not measured: from %s to %s"
                          .formatted(gap.path("from").asText(), gap.path("to").asText())));
    }
  }

  private void rank() {
    JsonNode ranking =
        platform()
            .tenants()
            .get(
                Target.of("/api/v1/usage")
                    .with("by", by)
                    .with("top", top)
                    .with("from", from)
                    .with("to", to));
    String measure = ranking.path("by").asText();
    Output.list(
        printer(),
        ranking,
        measure.equals("storage") || measure.endsWith("bytes") ? RANKING_IN_BYTES : RANKING);
  }

  private void export(String month) {
    Target target =
        Target.of("/api/v1/usage/export")
            .with("month", month)
            .with("format", ndjson ? "ndjson" : "csv");
    try (InputStream lines = platform().tenants().download(target)) {
      if (file == null) {
        lines.transferTo(terminal().bytes());
        terminal().bytes().flush();
      } else {
        WholeFile.write(file, lines::transferTo);
        say("Usage of %s written to %s.".formatted(month, file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the export was interrupted", e);
    }
  }
}
