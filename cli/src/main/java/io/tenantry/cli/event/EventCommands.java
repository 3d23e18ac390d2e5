package io.tenantry.cli.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.command.Noun;
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
public final class EventCommands extends Noun {

  private static final Columns SENT = Columns.of("ACCEPTED accepted n", "REFUSED refused n");
  private static final int SHOWN = 20;

  @Command(
      description = {
        "Send a tenant's events: JSON objects, lists of them, or one a line; CloudEvents too.",
        "Events without an event_id are given one, so that none is taken twice when a request is"
            + " sent again. With refused events it ends with 1."
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
              description = "where the tenant's API key is; TENANTRY_API_KEY if not given")
          @Nullable String keyFile,
      @Option(
              names = "--batch",
              paramLabel = "N",
              defaultValue = "500",
              description = "so many in a request, 1 to 1000; 500 if not given")
          int batch,
      @Option(
              names = "--retry-for",
              paramLabel = "TIME",
              defaultValue = "60s",
              description = "how long to try while the service takes none; 60s if not given")
          Duration patience) {
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
                        "there is no API key of the tenant",
                        "--key-file FILE or TENANTRY_API_KEY; tenantctl keys create issues one"));
    List<String> sources = files == null ? List.of("-") : files;
    if ("-".equals(keyFile) && sources.contains("-")) {
      throw CommandException.usage("the key and the events cannot both be on standard input");
    }
    if (sources.contains("-") && terminal().attached().in()) {
      say("Type events as JSON; Ctrl-D ends them.");
    }
    ObjectNode sent;
    try (EventFiles events = EventFiles.open(sources, terminal());
        Progress progress = new Progress(terminal(), "events")) {
      EventSender sender =
          new EventSender(platform().ingestion().withKey(key), batch, patience, progress);
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
        say("  and %d more; -o json has all".formatted(refused.size() - SHOWN));
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
