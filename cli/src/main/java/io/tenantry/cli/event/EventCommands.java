package io.tenantry.cli.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.command.Secret;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class EventCommands extends CommandGroup {

  private static final Columns SENT = Columns.of("ACCEPTED accepted n", "REFUSED refused n");
  private static final int SHOWN = 20;

  @Command(
      description = {
        "Send a tenant's events: JSON objects, arrays of them, or one per line; also CloudEvents.",
        "Events without an event_id get one, so that retried requests create no duplicates."
            + " Exits with 1 if events were refused."
      },
      footer = {
        "  tenantctl events send events.json --key-file globex.key",
        "  tenantctl events send folder/ more.jsonl --batch 1000 --key-file globex.key",
        "  tenantctl events send --key-file globex.key < events.jsonl"
      })
  int send(
      @Parameters(
              paramLabel = "FILE",
              arity = "0..*",
              description = "files and folders of .json, .jsonl, .ndjson; - for standard input")
          @Nullable List<String> files,
      @Option(
              names = "--key-file",
              paramLabel = "FILE",
              description = "the file with the tenant's API key; TENANTRY_API_KEY if not given")
          @Nullable String keyFile,
      @Option(
              names = "--batch",
              paramLabel = "N",
              defaultValue = "500",
              description = "events per request, 1 to 1000; 500 if not given")
          int batch,
      @Option(
              names = "--retry-for",
              paramLabel = "TIME",
              defaultValue = "60s",
              description = "how long to retry while the service is unavailable; 60s if not given")
          Duration retryTimeout) {
    if (batch < 1 || batch > 1000) {
      throw CommandException.usage("--batch must be 1 to 1000");
    }
    String key =
        Secret.read(Optional.ofNullable(keyFile), terminal())
            .or(() -> terminal().variable("TENANTRY_API_KEY"))
            .orElseThrow(
                () ->
                    new CommandException(
                        ExitCode.USAGE,
                        "no API key of the tenant given",
                        "--key-file FILE or TENANTRY_API_KEY; tenantctl keys create issues one"));
    List<String> sources = files == null ? List.of("-") : files;
    if ("-".equals(keyFile) && sources.contains("-")) {
      throw CommandException.usage("the key and the events cannot both be on standard input");
    }
    if (sources.contains("-") && terminal().attached().in()) {
      say("Type events as JSON; finish with Ctrl-D.");
    }
    ObjectNode sent;
    try (EventFiles events = EventFiles.open(sources, terminal());
        Progress progress = new Progress(terminal(), "events")) {
      EventSender sender =
          new EventSender(platform().ingestion().withKey(key), batch, retryTimeout, progress);
      events.forEachRemaining(sender::add);
      sent = sender.finish();
    }
    return report(sent);
  }

  private int report(ObjectNode sent) {
    JsonNode refused = sent.path("events");
    printer().row(sent, SENT);
    if (printer().format() == Format.TABLE) {
      refused.valueStream().limit(SHOWN).forEach(event -> say("  " + why(event)));
      if (refused.size() > SHOWN) {
        say("  and %d more; use -o json to see all".formatted(refused.size() - SHOWN));
      }
    }
    return (refused.isEmpty() ? ExitCode.OK : ExitCode.FAILURE).number();
  }

  private static String why(JsonNode event) {
    JsonNode problem = event.path("problem");
    String fields =
        String.join(
            "; ",
            problem
                .path("errors")
                .valueStream()
                .map(e -> e.path("field").asText() + " " + e.path("message").asText())
                .toList());
    return "%s: %s (%s)"
        .formatted(
            event.path("event_id").asText("without an id"),
            fields.isEmpty() ? problem.path("detail").asText() : fields,
            problem.path("code").asText());
  }
}
