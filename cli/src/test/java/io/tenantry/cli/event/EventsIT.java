package io.tenantry.cli.event;

import static io.tenantry.cli.Services.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.Ctl;
import io.tenantry.cli.Services;
import io.tenantry.cli.Sql;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.localstack.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events, dead letters, topics, groups, instances, limits. */
class EventsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Ctl ctl = Services.ctl();

  @TempDir Path folder;
  private String tenant;
  private Path key;

  @BeforeEach
  void createTenantWithKey() throws Exception {
    tenant = newName();
    JsonNode made =
        ctl.run("tenants", "create", tenant, "--api-keys", "1", "-o", "json").ok().json();
    key = folder.resolve("key");
    Files.writeString(key, made.path("api_keys").get(0).path("key").asText());
  }

  @Test
  @Tag("P5")
  void sendsEventsFromFilesFoldersAndStandardInput() throws Exception {
    Path events = Files.createDirectory(folder.resolve("events"));
    Files.writeString(
        events.resolve("a.json"), "[{\"type\": \"a\"}, {\"type\": \"b\", \"data\": {\"n\": 1}}]");
    Files.writeString(events.resolve("b.jsonl"), "{\"type\": \"c\"}\n{\"type\": \"d\"}\n");
    Files.writeString(events.resolve("notes.txt"), "no event");

    ctl.run("events", "send", events.toString(), "--key-file", key.toString())
        .ok()
        .prints("ACCEPTED  REFUSED\n       4  0\n");
    String many =
        IntStream.range(0, 250)
            .mapToObj("{\"type\": \"many\", \"data\": %d}\n"::formatted)
            .collect(Collectors.joining());
    ctl.with("TENANTRY_API_KEY", Files.readString(key))
        .reading(
            many
                + "{\"specversion\": \"1.0\", \"id\": \"x1\", \"source\": \"test\", \"type\":"
                + " \"cloud\"}")
        .run("events", "send", "--batch", "100", "--no-headers")
        .ok()
        .prints("251  0\n");
    await().atMost(LIMIT).until(() -> inbox() == 255);
  }

  private long inbox() throws Exception {
    try (Connection session = Sql.asSuperuser(ctl, tenant);
        var answer = session.createStatement().executeQuery("SELECT count(*) FROM inbox_events")) {
      answer.next();
      return answer.getLong(1);
    }
  }

  @Test
  @Tag("P5")
  void showsEveryRefusedEvent() throws Exception {
    Ctl.Result some =
        ctl.reading("{\"type\": \"a\", \"event_id\": \"good\"} {\"event_id\": \"bad\"}")
            .run("events", "send", "--key-file", key.toString());
    assertThat(some.code()).isEqualTo(ExitCode.FAILURE.number());
    some.prints(
            """
            ACCEPTED  REFUSED
                   1  1
            """)
        .says(
            """
              without an id: type is required (VALIDATION_FAILED)
            """);
    Ctl.Result none =
        ctl.reading("{\"event_id\": \"worse\"}")
            .run("events", "send", "--key-file", key.toString(), "-o", "json");
    assertThat(none.code()).isEqualTo(ExitCode.FAILURE.number());
    assertThat(none.json().path("events").get(0).path("event_id").asText()).isEqualTo("worse");

    ctl.reading("{\"type\": \"a\"}\n{oops")
        .run("events", "send", "--key-file", key.toString())
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: standard input, line 2 is not JSON: Unexpected character ('o' (code 111)): was expecting double-quote to start field name
            """);
    ctl.reading("7").run("events", "send", "--key-file", key.toString()).fails(ExitCode.USAGE);
    ctl.run("events", "send", "nowhere.json", "--key-file", key.toString()).fails(ExitCode.USAGE);
    ctl.run("events", "send")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: no API key of the tenant given
            hint: --key-file FILE or TENANTRY_API_KEY; tenantctl keys create issues one
            """);
    ctl.run("events", "send", "-", "--batch", "0", "--key-file", key.toString())
        .fails(ExitCode.USAGE);
    ctl.reading("{\"type\": \"a\"}")
        .with("TENANTRY_API_KEY", "nm_1_wrong")
        .run("events", "send")
        .fails(ExitCode.NOT_PERMITTED);
    ctl.reading("{\"type\": \"a\"}")
        .with("INGESTION_URL", "http://127.0.0.1:1")
        .run("events", "send", "--key-file", key.toString(), "--retry-for", "0s")
        .fails(ExitCode.UNREACHABLE);
  }

  @Test
  @Tag("P5")
  void showsAndRepairsTopics() {
    ctl.run("topics", "list", "-o", "name").ok().prints("ingestion-events\ningestion-events-dlq\n");
    assertThat(ctl.run("topics", "show", "ingestion-events").ok().out())
        .contains("partition_count:", "retention.ms");
    assertThat(ctl.run("topics", "verify").ok().out())
        .contains("ingestion-events-dlq", "retention.ms");
    assertThat(
            ctl.run("topics", "verify", "ingestion-events", "-o", "json")
                .ok()
                .json()
                .path("matches")
                .asBoolean())
        .isTrue();
    ctl.run("topics", "create", "ingestion-events", "--no-headers").ok();
    ctl.run("topics", "reconcile", "ingestion-events", "--dry-run")
        .ok()
        .prints("TOPIC  SETTING  FROM  TO  OUTCOME  REASON\n")
        .says("Topic ingestion-events matches its configuration.\n");
    ctl.run("topics", "partition", "ingestion-events", "550e8400-e29b-41d4-a716-446655440000")
        .ok()
        .prints("PARTITION  OF  TOPIC  TENANT\n3  6  ingestion-events  <id>\n");
    ctl.run("topics", "show", "nothing")
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: Topic not found: This service manages only the topics ingestion-events and ingestion-events-dlq. (TOPIC_NOT_FOUND)
            hint: tenantctl topics list shows all topics
            """);
  }

  @Test
  @Tag("P5")
  void repairsTopicThatWasChangedByHand() throws Exception {
    Ctl apart = Services.apart();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", LocalStack.shared().kafka().bootstrapServers()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, "apart-dlq"),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET))))
          .all()
          .get();
      admin.createPartitions(Map.of("apart-dlq", NewPartitions.increaseTo(4))).all().get();
    }
    await().atMost(LIMIT).until(() -> verified(apart).out().contains("partitions  3  4  no"));

    assertThat(verified(apart).out()).contains("retention.ms  2592000000  1000  no\n");
    assertThat(verified(apart).code()).isEqualTo(ExitCode.FAILURE.number());
    assertThat(verified(apart).err())
        .isEqualTo("hint: tenantctl topics reconcile TOPIC --dry-run shows what can be repaired\n");
    apart
        .run("topics", "reconcile", "apart-dlq", "--dry-run", "--no-headers")
        .ends(ExitCode.FAILURE)
        .prints(
            """
            apart-dlq  partitions  4  3  not_repaired  Kafka cannot reduce the number of partitions
            apart-dlq  retention.ms  1000  2592000000  would_be_repaired  -
            """);
    assertThat(verified(apart).out()).contains("retention.ms  2592000000  1000  no\n");
    apart
        .run("topics", "reconcile", "apart-dlq", "--no-headers")
        .ends(ExitCode.FAILURE)
        .prints(
            """
            apart-dlq  partitions  4  3  not_repaired  Kafka cannot reduce the number of partitions
            apart-dlq  retention.ms  1000  2592000000  repaired  -
            """);
    await()
        .atMost(LIMIT)
        .until(() -> verified(apart).out().contains("retention.ms  2592000000  2592000000  yes\n"));
    apart.run("topics", "reconcile", "ingestion-events").fails(ExitCode.NOT_FOUND);
  }

  private static Ctl.Result verified(Ctl apart) {
    Ctl.Result result = apart.run("topics", "verify", "apart-dlq", "--no-headers");
    return new Ctl.Result(result.code(), Ctl.stable(result.out()), result.err());
  }

  @Test
  @Tag("P5")
  void resetsGroupWithoutMembers() {
    Ctl apart = Services.apart();
    String group = "apart-extraction-workers";
    apart
        .reading("{\"type\": \"a\"} {\"type\": \"b\"} {\"type\": \"c\"}")
        .run("events", "send", "--key-file", key.toString())
        .ok();
    String partition =
        apart
            .run("topics", "partition", "apart", tenant, "-o", "json")
            .ok()
            .json()
            .path("partition")
            .asText();
    String[] toLatest = {
      "groups", "reset", group, "--to", "latest", "--partition", partition, "--no-headers"
    };

    String[] dryRun = Arrays.copyOf(toLatest, toLatest.length + 1);
    dryRun[toLatest.length] = "--dry-run";
    apart.run(dryRun).ok().prints(partition + "  -  3\n").says("Dry run: nothing was changed.\n");
    apart.run(dryRun).ok().prints(partition + "  -  3\n");
    apart.run(toLatest).fails(ExitCode.USAGE);
    Ctl.Result reset = apart.typing("y\n").with("NO_COLOR", "1").run(toLatest).ok();
    reset
        .prints(partition + "  -  3\n")
        .says(
            "This sets the offsets of group "
                + group
                + " to latest; --dry-run shows the changes. Go on? [y/N] ");
    assertThat(lag(apart, group)).isZero();
    apart
        .run("groups", "reset", group, "--to", "1", "--partition", partition, "--yes")
        .ok()
        .prints("PARTITION  FROM  TO\n%s  3  1\n".formatted(partition));
    assertThat(lag(apart, group)).isEqualTo(2);
    apart
        .run("groups", "reset", group, "--to", "earliest", "--partition", "99", "--yes")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: Invalid request: One field is invalid. (VALIDATION_FAILED)
              partitions: names a partition that the topic does not have
            """);
  }

  private static long lag(Ctl ctl, String group) {
    return ctl.run("groups", "show", group, "-o", "json").ok().json().path("lag").asLong(-1);
  }

  @Test
  @Tag("P5")
  void showsAndResetsGroups() {
    String group = "ingestion-events-extraction-workers";
    assertThat(ctl.run("groups", "list").ok().out())
        .contains(group, "ingestion-events-dlq-processor");
    await()
        .atMost(LIMIT)
        .until(
            () ->
                ctl.run("groups", "show", group, "-o", "json")
                    .ok()
                    .json()
                    .path("exists")
                    .asBoolean());
    ctl.run("groups", "show", group).ok();
    ctl.run("groups", "reset", group, "--to", "earliest", "--yes").fails(ExitCode.CONFLICT);
    ctl.run("groups", "reset", group, "--to", "earliest").fails(ExitCode.USAGE);
    ctl.run("groups", "reset", group, "--to", "someday", "--dry-run").fails(ExitCode.USAGE);
    for (String where : new String[] {"earliest", "latest", "0", "2026-01-01T00:00:00Z"}) {
      assertThat(
              ctl.run("groups", "reset", group, "--to", where, "--dry-run", "--partition", "0")
                  .ok()
                  .out())
          .startsWith("PARTITION");
    }
    ctl.run("groups", "show", "nobody")
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: Consumer group not found: This service has only the groups ingestion-events-extraction-workers and ingestion-events-dlq-processor. (GROUP_NOT_FOUND)
            hint: tenantctl groups list shows all groups
            """);
  }

  @Test
  @Tag("P5")
  void showsAndRedrivesDeadLetters() throws Exception {
    // An event that its database cannot store is dead-lettered.
    Sql.execute(
        Sql.asSuperuser(ctl, tenant),
        "ALTER TABLE inbox_events ADD CONSTRAINT healthy CHECK (type <> 'poison')");
    ctl.reading("{\"type\": \"poison\", \"event_id\": \"p1\", \"data\": {\"drink\": true}}")
        .run("events", "send", "--key-file", key.toString())
        .ok();
    await()
        .atMost(LIMIT)
        .until(
            () -> !ctl.run("dlq", "list", "--tenant", tenant, "-o", "name").ok().out().isBlank());

    String id = ctl.name("dlq", "list", "--tenant", tenant, "-o", "name");
    ctl.run("dlq", "list", "--tenant", tenant, "--no-headers")
        .ok()
        .prints(
            """
            1  <id>  poison  refused_by_database  waiting  0  <time>
            """);
    ctl.run("dlq", "count", "--tenant", tenant)
        .ok()
        .prints(
            """
            REASON  STATUS  COUNT
            refused_by_database  waiting  1
            """);
    assertThat(ctl.run("dlq", "show", id).ok().out()).contains("poison", "drink");
    Sql.execute(Sql.asSuperuser(ctl, tenant), "ALTER TABLE inbox_events DROP CONSTRAINT healthy");
    ctl.run("dlq", "redrive", "--tenant", tenant, "--dry-run", "--no-headers")
        .ok()
        .prints("1  1  0  0  0  no\n")
        .says("Dry run: nothing was changed.\n");
    ctl.run("dlq", "list", "--tenant", tenant, "--status", "redriven", "-o", "name")
        .ok()
        .prints("");
    ctl.run("dlq", "redrive", id, "--no-headers").ok().prints("1  1  0  0  0  no\n");
    await().atMost(LIMIT).until(() -> inbox() == 1);
    ctl.run("dlq", "list", "--tenant", tenant, "--no-headers")
        .ok()
        .prints(
            """
            1  <id>  poison  refused_by_database  redriven  0  <time>
            """);
    ctl.run("dlq", "redrive", id, "999999999", "--no-headers")
        .ends(ExitCode.FAILURE)
        .prints("0  0  0  0  0  no\n")
        .says(
            """
            2 of the given dead letters do not exist, or are not waiting.
            hint: tenantctl dlq show ID shows a dead letter's status; --include-parked includes parked ones, too
            """);
    ctl.run("dlq", "lost", "--tenant", tenant, "--no-headers").ok().prints("");
    ctl.run("dlq", "redrive", "--limit", "0").fails(ExitCode.USAGE);
    ctl.run("dlq", "show", "999999999").fails(ExitCode.NOT_FOUND);
    ctl.run("dlq", "list", "--status", "asleep").fails(ExitCode.USAGE);
  }

  @Test
  @Tag("P5")
  void createsFirstInstanceFromEnvironment() {
    ctl.run("instances", "list", "--all", "-o", "name")
        .ok()
        .out()
        .lines()
        .forEach(instance -> ctl.run("instances", "delete", instance, "--yes").ok());
    String name = newName();
    Ctl configured =
        ctl.with("WHATSAPP_INSTANCE", name)
            .with("EVOLUTION_API_URL", "https://evolution.example.com")
            .with("EVOLUTION_API_KEY", "a-secret-of-some-length");

    configured
        .with("AGENT_API_TIMEOUT", "soon")
        .run("instances", "bootstrap", tenant)
        .fails(ExitCode.USAGE)
        .says("tenantctl: AGENT_API_TIMEOUT is not a number of seconds: soon\n");
    configured
        .with("AGENT_API_TIMEOUT", "45")
        .run("instances", "bootstrap", tenant)
        .ok()
        .prints(
            """
            INSTANCE  TENANT  CHANNEL  DEFAULT  ACTIVE  UPDATED
            %s  <id>  whatsapp  yes  yes  <time>
            """
                .formatted(name))
        .says("");
    JsonNode made = ctl.run("instances", "show", "default", "-o", "json").ok().json();
    assertThat(made.path("evolution_url").asText()).isEqualTo("https://evolution.example.com");
    assertThat(made.path("agent_timeout").asInt()).isEqualTo(45);
    assertThat(made.toString()).doesNotContain("a-secret-of-some-length");
    ctl.with("WHATSAPP_INSTANCE", "another")
        .run("instances", "bootstrap", tenant, "--no-headers")
        .ok()
        .prints("%s  <id>  whatsapp  yes  yes  <time>\n".formatted(name))
        .says("Instances already exist; this is the default.\n");
    ctl.run("instances", "show", "another").fails(ExitCode.NOT_FOUND);
  }

  @Test
  @Tag("P5")
  void managesInstancesAndLimits() throws Exception {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "a-secret-of-some-length");
    String name = newName();

    ctl.run("instances", "add", name + "_other", tenant).ok();
    ctl.run(
            "instances",
            "add",
            name,
            tenant,
            "--channel",
            "whatsapp",
            "--webhook-secret-file",
            secret.toString(),
            "--no-headers")
        .ok()
        .prints("%s  <id>  whatsapp  no  yes  <time>\n".formatted(name));
    ctl.run("instances", "add", name, tenant).fails(ExitCode.CONFLICT);
    ctl.run("instances", "update", name, "--agent-timeout", "30", "--active", "false").ok();
    JsonNode shown = ctl.run("instances", "show", name, "-o", "json").ok().json();
    assertThat(shown.path("agent_timeout").asInt()).isEqualTo(30);
    assertThat(shown.toString()).doesNotContain("a-secret-of-some-length");
    assertThat(ctl.run("instances", "list", "--all", "-o", "name").ok().out()).contains(name);
    ctl.run("instances", "set-default", name).ok();
    assertThat(ctl.name("instances", "show", "default", "-o", "name")).isEqualTo(name);
    ctl.run("instances", "update", name, "--evolution-url", "no url")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: Invalid request: One field is invalid. (VALIDATION_FAILED)
              evolution_url: must be a URL that starts with http:// or https://
            """);

    ctl.run("limits", "set", "500", "--instance", name, "--per", "1m")
        .ok()
        .prints("EVENTS  PERIOD_SECONDS\n   500  60\n");
    ctl.run("limits", "show", "--instance", name, "--no-headers").ok();
    ctl.run("limits", "set", "7", "--tenant", tenant).ok();
    assertThat(ctl.run("limits", "list", "--all", "-o", "csv").ok().out())
        .containsPattern("," + tenant + ",[0-9a-f-]+,7,1");
    assertThat(ctl.run("limits", "list", "--instances", "--all", "-o", "csv").ok().out())
        .contains("," + name + ",");
    ctl.run("limits", "clear", "--tenant", tenant).ok();
    ctl.run("limits", "show").fails(ExitCode.USAGE);
    ctl.run("limits", "set", "0", "--tenant", tenant).fails(ExitCode.USAGE);

    ctl.run("instances", "delete", name).fails(ExitCode.USAGE);
    ctl.run("instances", "delete", name, "--yes").ok().says("Instance " + name + " deleted.\n");
    ctl.run("instances", "show", name)
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: Instance not found: There is no instance named <name>. (INSTANCE_NOT_FOUND)
            hint: tenantctl instances list shows all instances
            """);
  }
}
