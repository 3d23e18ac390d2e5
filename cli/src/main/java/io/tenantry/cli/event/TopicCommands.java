package io.tenantry.cli.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Printer;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class TopicCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "TOPIC name",
          "PARTITIONS partition_count n",
          "REPLICAS replication_factor n",
          "SIZE size_bytes bytes");
  private static final Columns SETTINGS =
      Columns.of(
          "TOPIC topic",
          "SETTING setting",
          "DESIRED desired",
          "ACTUAL actual",
          "MATCHES matches yes");
  private static final Columns ACTIONS =
      Columns.of(
          "TOPIC topic",
          "SETTING setting",
          "FROM from",
          "TO to",
          "OUTCOME outcome",
          "REASON reason");
  private static final Columns PARTITION =
      Columns.of("PARTITION partition", "OF partition_count", "TOPIC topic", "TENANT tenant_id");
  private static final String TOPIC = "/api/v1/topics/{}";

  @Command(
      description = "List the topic of tenants' events and its dead letter topic",
      footer = "  tenantctl topics list")
  void list() {
    printer().list(platform().ingestion().get(Target.of("/api/v1/topics")), COLUMNS);
  }

  @Command(
      description = "Show a topic with its partitions and settings",
      footer = "  tenantctl topics show ingestion-events")
  void show(@Parameters(paramLabel = "TOPIC", description = "the topic") String topic) {
    printer().details(platform().ingestion().get(Target.of(TOPIC, topic)), COLUMNS);
  }

  @Command(
      description = "Create a topic as configured; an existing topic is not changed",
      footer = "  tenantctl topics create ingestion-events")
  void create(@Parameters(paramLabel = "TOPIC", description = "the topic") String topic) {
    printer().row(platform().ingestion().post(Target.of(TOPIC, topic)), COLUMNS);
  }

  @Command(
      description = "Compare topics with their configuration; exits with 1 if one differs",
      footer = {"  tenantctl topics verify", "  tenantctl topics verify ingestion-events -o json"})
  int verify(
      @Parameters(paramLabel = "TOPIC", arity = "0..1", description = "the topic; all if not given")
          @Nullable String topic) {
    JsonNode answer =
        platform()
            .ingestion()
            .get(
                topic == null
                    ? Target.of("/api/v1/topics/verification")
                    : Target.of(TOPIC + "/verification", topic));
    List<JsonNode> topics =
        topic == null ? answer.path("items").valueStream().toList() : List.of(answer);
    if (printer().format() == Format.TABLE) {
      rows(topics.stream().flatMap(each -> parts(each, "settings")), SETTINGS);
    } else if (topic == null) {
      printer().list(answer, Columns.of("TOPIC topic"));
    } else {
      printer().row(answer, Columns.of("TOPIC topic"));
    }
    if (topics.stream().allMatch(each -> each.path("matches").asBoolean())) {
      return ExitCode.OK.number();
    }
    terminal().advise("tenantctl topics reconcile TOPIC --dry-run shows what can be repaired");
    return ExitCode.FAILURE.number();
  }

  @Command(
      description =
          "Change a topic to its configuration, as far as possible without loss of data; exits"
              + " with 1 if differences remain",
      footer = {
        "  tenantctl topics reconcile ingestion-events --dry-run",
        "  tenantctl topics reconcile ingestion-events"
      })
  int reconcile(
      @Parameters(paramLabel = "TOPIC", description = "the topic") String topic,
      @Option(names = "--dry-run", description = "only show what would be done") boolean dryRun) {
    JsonNode answer =
        platform()
            .ingestion()
            .post(Target.of(TOPIC + "/reconcile", topic).with("dry_run", dryRun ? "true" : null));
    if (printer().format() != Format.TABLE) {
      printer().row(answer, Columns.of("TOPIC topic"));
    } else {
      rows(parts(answer, "actions"), ACTIONS);
      if (answer.path("created").asBoolean()) {
        say("Topic " + topic + " created.");
      } else if (answer.path("actions").isEmpty()) {
        say("Topic " + topic + " matches its configuration.");
      }
    }
    boolean whole =
        answer
            .path("actions")
            .valueStream()
            .noneMatch(action -> action.path("outcome").asText().equals("not_repaired"));
    return (whole ? ExitCode.OK : ExitCode.FAILURE).number();
  }

  private static Stream<JsonNode> parts(JsonNode topic, String name) {
    return topic
        .path(name)
        .valueStream()
        .map(each -> ((ObjectNode) each).put("topic", topic.path("topic").asText()));
  }

  private void rows(Stream<JsonNode> items, Columns columns) {
    try (Printer.Rows rows = printer().rows(columns)) {
      items.forEach(rows::add);
    }
  }

  @Command(
      description = "Show the partition of a tenant's events",
      footer = "  tenantctl topics partition ingestion-events globex")
  void partition(
      @Parameters(paramLabel = "TOPIC", description = "the topic") String topic,
      @Parameters(paramLabel = "TENANT", description = "the tenant") String tenant) {
    printer()
        .row(
            platform()
                .ingestion()
                .get(Target.of(TOPIC + "/partition", topic).with("tenant_id", tenantId(tenant))),
            PARTITION);
  }
}
