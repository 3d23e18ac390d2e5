package io.tenantry.cli;

import static io.tenantry.cli.Services.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.localstack.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
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
  void aTenantWithAKey() throws Exception {
    tenant = newName();
    JsonNode made =
        ctl.run("tenants", "create", tenant, "--api-keys", "1", "-o", "json").ok().json();
    key = folder.resolve("key");
    Files.writeString(key, made.path("api_keys").get(0).path("key").asText());
  }

  @Test
  void p5SendsEventsFromFilesFoldersAndStandardInput() throws Exception {
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
                + "{\"specversion\": \"1.0\", \"id\": \"x1\", \"source\": \"test\", \"type\": \"cloud\"}")
        .run("events", "send", "--batch", "100", "--no-headers")
        .ok()
        .prints("251  0\n");
    await().atMost(LIMIT).until(() -> inbox() == 255);
  }

  private long inbox() throws Exception {
    String database =
        ctl.run("tenants", "show", tenant, "-o", "json")
            .ok()
            .json()
            .path("database")
            .path("name")
            .asText();
    try (Connection session = LocalStack.shared().postgres().connect(database);
        var answer = session.createStatement().executeQuery("SELECT count(*) FROM inbox_events")) {
      answer.next();
      return answer.getLong(1);
    }
  }

  @Test
  void p5ShowsEveryRefusedEvent() throws Exception {
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
            tenantctl: standard input, line 2 is no JSON: Unexpected character ('o' (code 111)): was expecting double-quote to start field name
            """);
    ctl.reading("7").run("events", "send", "--key-file", key.toString()).fails(ExitCode.USAGE);
    ctl.run("events", "send", "nowhere.json", "--key-file", key.toString()).fails(ExitCode.USAGE);
    ctl.run("events", "send")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: there is no API key of the tenant
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
  void p5ShowsAndRepairsTopics() {
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
        .says("Topic ingestion-events is as it is configured.\n");
    ctl.run("topics", "partition", "ingestion-events", "550e8400-e29b-41d4-a716-446655440000")
        .ok()
        .prints("PARTITION  OF  TOPIC  TENANT\n3  6  ingestion-events  <id>\n");
    ctl.run("topics", "show", "nothing")
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: There is no such topic: This service manages the topics ingestion-events and ingestion-events-dlq only. (TOPIC_NOT_FOUND)
            hint: tenantctl topics list shows those there are
            """);
  }

  @Test
  void p5ShowsAndResetsGroups() {
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
            tenantctl: There is no such consumer group: This service has the groups ingestion-events-extraction-workers and ingestion-events-dlq-processor only. (GROUP_NOT_FOUND)
            hint: tenantctl groups list shows those there are
            """);
  }

  @Test
  void p5ShowsAndRedrivesDeadLetters() throws Exception {
    // What its database can never take dies.
    poison();
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
    ctl.run("dlq", "redrive", "--tenant", tenant, "--dry-run", "--no-headers")
        .ok()
        .says("Nothing was done.\n");
    assertThat(ctl.run("dlq", "redrive", id, "-o", "json").ok().json().path("redriven").asInt())
        .isEqualTo(1);
    ctl.run("dlq", "show", "999999999").fails(ExitCode.NOT_FOUND);
    ctl.run("dlq", "list", "--status", "asleep").fails(ExitCode.USAGE);
  }

  private void poison() throws Exception {
    String database =
        ctl.run("tenants", "show", tenant, "-o", "json")
            .ok()
            .json()
            .path("database")
            .path("name")
            .asText();
    try (Connection session = LocalStack.shared().postgres().connect(database);
        var statement = session.createStatement()) {
      statement.execute("ALTER TABLE inbox_events ADD CHECK (type <> 'poison')");
    }
  }

  @Test
  void p5ManagesInstancesAndLimits() throws Exception {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "a-secret-of-some-length");
    String name = newName();

    ctl.with("WHATSAPP_INSTANCE", name + "_first").run("instances", "bootstrap", tenant).ok();
    assertThat(ctl.run("instances", "bootstrap", tenant).ok().err()).contains("instances already");
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
            tenantctl: The request is invalid: One field is invalid. (VALIDATION_FAILED)
              evolution_url: must be an address that begins with http:// or https://
            """);

    ctl.run("limits", "set", "500", "--instance", name, "--per", "1m")
        .ok()
        .prints("EVENTS  PERIOD_SECONDS\n   500  60\n");
    ctl.run("limits", "show", "--instance", name, "--no-headers").ok();
    ctl.run("limits", "set", "7", "--tenant", tenant).ok();
    ctl.run("limits", "clear", "--tenant", tenant).ok();
    ctl.run("limits", "show").fails(ExitCode.USAGE);
    ctl.run("limits", "set", "0", "--tenant", tenant).fails(ExitCode.USAGE);

    ctl.run("instances", "delete", name).fails(ExitCode.USAGE);
    ctl.run("instances", "delete", name, "--yes").ok().says("Instance " + name + " is deleted.\n");
    ctl.run("instances", "show", name)
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: There is no such instance: There is no instance <name>. (INSTANCE_NOT_FOUND)
            hint: tenantctl instances list shows those there are
            """);
  }
}
