package io.tenantry.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.localstack.AclKafka;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The three services and the console on a broker with an authorizer, with the ACLs of {@code
 * deploy/kafka/acls.sh}: they do all their work, and no other access is possible.
 */
@Tag("F18")
@Tag("P13")
class KafkaAclsIT {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final String TENANT_SERVICE = "tenant-service";
  private static final String INGESTION_SERVICE = "ingestion-service";
  private static final String BACKUP_SERVICE = "backup-service";
  private static final String CONSOLE = "console";
  private static final String OPS = "ops";
  private static final String SIEM = "siem";
  private static final String STRANGER = "stranger";
  private static final Set<String> USERS =
      Set.of(TENANT_SERVICE, INGESTION_SERVICE, BACKUP_SERVICE, CONSOLE, OPS, SIEM, STRANGER);

  /** Who may write to each topic, and who may read it. */
  private record Rights(Set<String> writers, Set<String> readers) {}

  private static final Map<String, Rights> TOPICS =
      Map.ofEntries(
          topic(
              "tenantry.tenant-events",
              Set.of(TENANT_SERVICE),
              Set.of(BACKUP_SERVICE, CONSOLE, SIEM)),
          topic("tenantry.console-sessions", Set.of(CONSOLE), Set.of(CONSOLE)),
          topic("tenantry.tenant-events-dlq", Set.of(BACKUP_SERVICE), Set.of(OPS)),
          topic("tenantry.audit", Set.of(TENANT_SERVICE), Set.of(SIEM)),
          topic(
              "tenantry.operation-events",
              Set.of(BACKUP_SERVICE),
              Set.of(TENANT_SERVICE, CONSOLE, SIEM)),
          topic("tenantry.operation-events-dlq", Set.of(TENANT_SERVICE), Set.of(OPS)),
          topic("tenantry.provisioning-jobs", Set.of(OPS), Set.of(TENANT_SERVICE)),
          topic("tenantry.provisioning-jobs-dlq", Set.of(TENANT_SERVICE), Set.of(OPS)),
          topic("tenantry.backup-jobs", Set.of(OPS), Set.of(BACKUP_SERVICE)),
          topic("tenantry.backup-jobs-dlq", Set.of(BACKUP_SERVICE), Set.of(OPS)),
          topic("tenantry.migration-jobs", Set.of(OPS), Set.of(BACKUP_SERVICE)),
          topic("tenantry.migration-jobs-dlq", Set.of(BACKUP_SERVICE), Set.of(OPS)),
          topic("ingestion-events", Set.of(INGESTION_SERVICE), Set.of(INGESTION_SERVICE)),
          topic("ingestion-events-dlq", Set.of(INGESTION_SERVICE), Set.of(INGESTION_SERVICE)));

  private static Map.Entry<String, Rights> topic(
      String name, Set<String> writers, Set<String> readers) {
    return Map.entry(name, new Rights(writers, readers));
  }

  private static AclKafka kafka;
  private static final Map<String, ServiceProcess> SERVICES = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    // The services' databases start meanwhile.
    CompletableFuture<LocalStack> stack = CompletableFuture.supplyAsync(LocalStack::shared);
    kafka = AclKafka.start(Path.of("target"), USERS);
    assertThat(acls("--apply")).isZero();
    try (Admin admin = Admin.create(kafka.client(AclKafka.ADMIN))) {
      // Made too small by hand, so that it can be repaired.
      admin
          .createTopics(
              List.of(
                  new NewTopic("ingestion-events-dlq", 1, (short) 1)
                      .configs(Map.of("retention.ms", "1000"))))
          .all()
          .get();
    }
    stack.join();
    Stream.of(TENANT_SERVICE, INGESTION_SERVICE, BACKUP_SERVICE).forEach(KafkaAclsIT::launch);
    SERVICES.values().forEach(service -> service.awaitStatus("/q/health/ready", 200));
    launchConsole();
    SERVICES.get(CONSOLE).awaitStatus("/q/health/ready", 200);
  }

  private static void launchConsole() {
    Map<String, String> environment = new TreeMap<>();
    // It gets nothing of the services' secrets.
    LocalStack.shared().environment().keySet().forEach(name -> environment.put(name, ""));
    environment.putAll(kafka.environment(CONSOLE));
    environment.put("CONSOLE_SESSION_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    environment.put("TENANT_URL", SERVICES.get(TENANT_SERVICE).address().toString());
    environment.put("INGESTION_URL", SERVICES.get(INGESTION_SERVICE).address().toString());
    environment.put("BACKUP_URL", SERVICES.get(BACKUP_SERVICE).address().toString());
    SERVICES.put(CONSOLE, ServiceProcess.launch(PROJECT.resolve(CONSOLE), environment));
  }

  private static void launch(String service) {
    Map<String, String> environment = new TreeMap<>(kafka.environment(service));
    // Of this run alone: a store has the marker of the installation that began it.
    environment.put(
        "TENANT_BACKUP_PATH",
        Path.of("target", "backups-" + UUID.randomUUID()).toAbsolutePath().toString());
    environment.put("TENANTRY_JOBS_POLL_INTERVAL", "200ms");
    // Tenants are enrolled by their events only.
    environment.put("BACKUP_RECONCILIATION_INTERVAL", "24h");
    environment.put("TENANTRY_LIFECYCLE_RECOVERY_INTERVAL", "500ms");
    SERVICES.put(service, ServiceProcess.launch(PROJECT.resolve(service), environment));
  }

  @AfterAll
  static void stop() {
    SERVICES.values().forEach(ServiceProcess::close);
    if (kafka != null) {
      kafka.close();
    }
  }

  /** Runs the script; returns its exit status. */
  private static int acls(String... options) throws IOException, InterruptedException {
    return script(options).inheritIO().start().waitFor();
  }

  private static ProcessBuilder script(String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                PROJECT.resolve("deploy/kafka/acls.sh").toString(),
                "--bootstrap-server",
                kafka.bootstrapServers(),
                "--command-config",
                kafka.clientFile(AclKafka.ADMIN).toString(),
                "--kafka-acls",
                kafka.acls().toString(),
                "--console",
                "User:" + CONSOLE,
                "--commander",
                "User:" + OPS,
                "--dead-letter-reader",
                "User:" + OPS,
                "--event-reader",
                "User:" + SIEM,
                "--audit-reader",
                "User:" + SIEM));
    command.addAll(List.of(options));
    return new ProcessBuilder(command);
  }

  @Test
  @Tag("P12")
  void letsServicesDoAllTheirWork() throws Exception {
    JsonNode tenant =
        post(
            TENANT_SERVICE,
            "/api/v1/tenants",
            """
            {"name": "t%s", "environment": "production", "api_keys": {"count": 1}}
            """
                .formatted(UUID.randomUUID().toString().substring(0, 8)),
            201);
    String id = tenant.path("tenant_id").asText();
    String database = "car_" + id.replace('-', '_');

    // tenant-service's event, which backup-service reads.
    await()
        .atMost(LIMIT)
        .until(() -> get(BACKUP_SERVICE, "/api/v1/schedules/" + id).path("enabled").asBoolean());

    captureAndDeliver(tenant.path("api_keys").path(0).path("key").asText(), database);
    keepDeadLetters(id, database);
    manageTopics();
    takeCommands(id);
    refuseToDeadLetters();

    // Deleted after the final backup, of which backup-service tells tenant-service.
    delete("/api/v1/tenants/" + id);
    await().atMost(LIMIT).until(() -> tenantStatus(id), status -> status.equals("deleted"));
    List<String> seen = read(SIEM, "siem-1", "tenantry.tenant-events", id);
    assertThat(seen).contains("io.tenantry.tenant.provisioned.v1", "io.tenantry.tenant.deleted.v1");
    assertThat(read(SIEM, "siem-1", "tenantry.operation-events", id))
        .contains("io.tenantry.backup.completed.v1");
    assertThat(read(SIEM, "siem-1", "tenantry.audit", id))
        .contains("io.tenantry.audit.recorded.v1");

    resetOffsets();
  }

  @Test
  @Tag("P6")
  void letsConsoleReadEventsAndEndSessions() throws Exception {
    HttpResponse<String> login =
        HTTP.send(
            consoleRequest("/session")
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"key\": \"%s\"}"
                            .formatted(LocalStack.shared().variable("TENANTRY_ADMIN_KEY"))))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(login.statusCode()).isEqualTo(200);
    String cookie = login.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
    HttpResponse<Stream<String>> hints =
        HTTP.send(
            consoleRequest("/hints").header("Cookie", cookie).build(),
            HttpResponse.BodyHandlers.ofLines());

    List<String> seen = new CopyOnWriteArrayList<>();
    Thread.ofVirtual().start(() -> hints.body().forEach(seen::add));
    // The console reads only events that come after its connection.
    Set<String> created = new HashSet<>();
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              created.add(createTenant());
              return seen.stream().anyMatch(line -> created.stream().anyMatch(line::contains));
            });
    HttpResponse<Void> logout =
        HTTP.send(
            consoleRequest("/session?everywhere=true")
                .header("Cookie", cookie)
                .header("X-CSRF-Token", JSON.readTree(login.body()).path("csrf").asText())
                .DELETE()
                .build(),
            HttpResponse.BodyHandlers.discarding());
    assertThat(logout.statusCode()).isEqualTo(204);
    assertThat(SERVICES.get(CONSOLE).log()).doesNotContain("AuthorizationException");
  }

  private static String createTenant() {
    return post(
            TENANT_SERVICE,
            "/api/v1/tenants",
            "{\"name\": \"c%s\", \"environment\": \"development\"}"
                .formatted(UUID.randomUUID().toString().substring(0, 8)),
            201)
        .path("tenant_id")
        .asText();
  }

  private static HttpRequest.Builder consoleRequest(String path) {
    return HttpRequest.newBuilder(URI.create(SERVICES.get(CONSOLE).address() + path))
        .timeout(LIMIT);
  }

  private static void captureAndDeliver(String key, String database) throws Exception {
    HttpResponse<String> answer =
        send(
            INGESTION_SERVICE,
            "/api/v1/events",
            key,
            HttpRequest.BodyPublishers.ofString("{\"type\": \"order.placed\", \"data\": {}}"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    await().atMost(LIMIT).until(() -> inbox(database) == 1);
  }

  private static void keepDeadLetters(String tenant, String database) {
    produce(INGESTION_SERVICE, "ingestion-events", tenant, Map.of(), "{}");
    await()
        .atMost(LIMIT)
        .until(
            () -> get(INGESTION_SERVICE, "/api/v1/dead-letters/count").path("total").asLong() == 1);
    JsonNode letter = get(INGESTION_SERVICE, "/api/v1/dead-letters").path("items").path(0);
    assertThat(
            get(INGESTION_SERVICE, "/api/v1/dead-letters/" + letter.path("id").asLong())
                .path("reason")
                .asText())
        .isEqualTo("malformed");
    post(INGESTION_SERVICE, "/api/v1/dead-letters/redrive", "{}", 200);
    await()
        .atMost(LIMIT)
        .until(
            () -> get(INGESTION_SERVICE, "/api/v1/dead-letters/count").path("total").asLong() == 2);
    assertThat(inbox(database)).isOne();
  }

  private static void manageTopics() {
    assertThat(get(INGESTION_SERVICE, "/api/v1/topics/ingestion-events").path("partitions").size())
        .isEqualTo(6);
    JsonNode repaired =
        post(INGESTION_SERVICE, "/api/v1/topics/ingestion-events-dlq/reconcile", "", 200);
    assertThat(repaired.path("actions").findValuesAsText("outcome"))
        .as(repaired.toString())
        .isNotEmpty()
        .containsOnly("repaired");
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        get(INGESTION_SERVICE, "/api/v1/topics/verification")
                            .path("items")
                            .findValuesAsText("matches"))
                    .doesNotContain("false"));
    assertThat(get(INGESTION_SERVICE, "/api/v1/groups").path("items").findValuesAsText("exists"))
        .containsExactly("true", "true");
  }

  private static void takeCommands(String tenant) {
    UUID unused = command("tenantry.backup-jobs", "io.tenantry.backup.requested.v1", tenant, "");
    await()
        .atMost(LIMIT)
        .until(
            () ->
                get(BACKUP_SERVICE, "/api/v1/jobs?type=backup&tenant_id=" + tenant)
                    .path("items")
                    .path(0)
                    .path("status")
                    .asText()
                    .equals("completed"));
  }

  /** What cannot be handled is put on the dead letter topic of each topic that is read. */
  private static void refuseToDeadLetters() {
    String nobody = UUID.randomUUID().toString();
    command("tenantry.backup-jobs", "io.tenantry.backup.requested.v1", nobody, "");
    command("tenantry.migration-jobs", "io.tenantry.migration.requested.v1", nobody, "");
    command(
        "tenantry.provisioning-jobs",
        "io.tenantry.deprovision_tenant.v1",
        nobody,
        ", \"final_backup\": false");
    // Only a service itself could send these, or an administrator.
    forge("tenantry.tenant-events", "io.tenantry.tenant.provisioned.v1", nobody);
    forge("tenantry.operation-events", "io.tenantry.backup.completed.v1", nobody);

    for (String topic : TOPICS.keySet()) {
      if (topic.startsWith("tenantry.") && topic.endsWith("-dlq")) {
        await().atMost(LIMIT).until(() -> !read(OPS, "ops-" + topic, topic, nobody).isEmpty());
      }
    }
  }

  /** The groups of a service that reads nothing meanwhile. */
  private static void resetOffsets() {
    SERVICES.get(INGESTION_SERVICE).terminate();
    Map<String, String> idle = new TreeMap<>(kafka.environment(INGESTION_SERVICE));
    idle.put("TENANTRY_EXTRACTION_ENABLED", "false");
    idle.put("TENANTRY_DEAD_LETTERS_ENABLED", "false");
    SERVICES.put(
        INGESTION_SERVICE, ServiceProcess.launch(PROJECT.resolve(INGESTION_SERVICE), idle));
    SERVICES.get(INGESTION_SERVICE).awaitStatus("/q/health/ready", 200);
    for (String group :
        List.of("ingestion-events-extraction-workers", "ingestion-events-dlq-processor")) {
      await()
          .atMost(LIMIT)
          .until(() -> get(INGESTION_SERVICE, "/api/v1/groups/" + group).path("members").isEmpty());
      post(
          INGESTION_SERVICE,
          "/api/v1/groups/" + group + "/offsets/reset",
          "{\"to\": \"earliest\"}",
          200);
    }
  }

  static Stream<Arguments> whatNobodyGranted() {
    return TOPICS.entrySet().stream()
        .flatMap(
            topic ->
                USERS.stream()
                    .flatMap(
                        user ->
                            Stream.of("write", "read")
                                .filter(
                                    way ->
                                        !(way.equals("write")
                                                ? topic.getValue().writers()
                                                : topic.getValue().readers())
                                            .contains(user))
                                .map(way -> Arguments.of(user, way, topic.getKey()))));
  }

  @ParameterizedTest(name = "{0} cannot {1} {2}")
  @MethodSource("whatNobodyGranted")
  void refusesAccessToTopicsThatIsNotGranted(String user, String way, String topic) {
    if (way.equals("write")) {
      assertThatThrownBy(() -> produce(user, topic, "key", Map.of(), "{}"))
          .hasRootCauseInstanceOf(AuthorizationException.class);
    } else {
      try (KafkaConsumer<String, byte[]> consumer = consumer(user, Map.of())) {
        consumer.assign(List.of(new TopicPartition(topic, 0)));
        assertThatThrownBy(
                () -> {
                  consumer.seekToBeginning(consumer.assignment());
                  consumer.poll(LIMIT);
                })
            .isInstanceOf(AuthorizationException.class);
      }
    }
  }

  static Stream<Arguments> groups() {
    return Map.of(
            "tenant-service", TENANT_SERVICE,
            "backup-service", BACKUP_SERVICE,
            "ingestion-events-extraction-workers", INGESTION_SERVICE,
            "ingestion-events-dlq-processor", INGESTION_SERVICE,
            "siem-1", SIEM,
            "ops-1", OPS)
        .entrySet()
        .stream()
        .flatMap(
            group ->
                USERS.stream()
                    .filter(user -> !user.equals(group.getValue()))
                    .map(user -> Arguments.of(user, group.getKey())));
  }

  @ParameterizedTest(name = "{0} cannot join {1}")
  @MethodSource("groups")
  void refusesGroupsOfOthers(String user, String group) {
    try (Admin admin = Admin.create(kafka.client(user))) {
      assertThatThrownBy(
              () -> admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get())
          .hasRootCauseInstanceOf(AuthorizationException.class);
      assertThatThrownBy(() -> admin.deleteConsumerGroups(List.of(group)).all().get())
          .hasRootCauseInstanceOf(AuthorizationException.class);
    }
  }

  @Test
  void refusesAdministrationOfWhatServiceDoesNotManage() {
    for (String user : USERS) {
      try (Admin admin = Admin.create(kafka.client(user))) {
        for (String topic : TOPICS.keySet()) {
          assertRefused(user, topic, () -> admin.deleteTopics(List.of(topic)).all().get());
          assertRefused(
              user,
              topic,
              () ->
                  admin
                      .deleteRecords(
                          Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(1)))
                      .all()
                      .get());
          if (!user.equals(INGESTION_SERVICE) || topic.startsWith("tenantry.")) {
            assertRefused(
                user,
                topic,
                () ->
                    admin
                        .incrementalAlterConfigs(
                            Map.of(
                                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                                List.of(
                                    new AlterConfigOp(
                                        new ConfigEntry("retention.ms", "1"),
                                        AlterConfigOp.OpType.SET))))
                        .all()
                        .get());
          }
        }
        assertRefused(
            user,
            "another topic",
            () -> admin.createTopics(List.of(new NewTopic("another", 1, (short) 1))).all().get());
        assertRefused(
            user,
            "ACLs",
            () ->
                admin
                    .createAcls(
                        List.of(
                            new AclBinding(
                                new ResourcePattern(ResourceType.TOPIC, "*", PatternType.LITERAL),
                                new AccessControlEntry(
                                    "User:" + user,
                                    "*",
                                    AclOperation.ALL,
                                    AclPermissionType.ALLOW))))
                    .all()
                    .get());
        // The sizes of partitions need Describe on the cluster, which shows the ACLs, too.
        if (!user.equals(INGESTION_SERVICE)) {
          assertRefused(
              user, "ACLs", () -> admin.describeAcls(AclBindingFilter.ANY).values().get());
        }
      }
    }
  }

  /** Something that a user is refused. */
  private interface Attempt {
    void run() throws Exception;
  }

  private static void assertRefused(String user, String what, Attempt attempt) {
    assertThatThrownBy(attempt::run)
        .as("%s and %s", user, what)
        .hasRootCauseInstanceOf(AuthorizationException.class);
  }

  @Test
  void refusesClientWithWrongPassword() {
    try (Admin admin = Admin.create(kafka.client(TENANT_SERVICE, "a guess"))) {
      assertThatThrownBy(() -> admin.describeCluster().clusterId().get())
          .hasRootCauseInstanceOf(SaslAuthenticationException.class);
    }
  }

  @Test
  void printsCommandsUnlessAppliedAndIsRepeatable() throws Exception {
    Set<AclBinding> before = bindings();

    Process dry = script().redirectErrorStream(true).start();
    List<String> lines =
        new String(dry.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();

    assertThat(dry.waitFor()).isZero();
    assertThat(lines).hasSizeGreaterThan(20);
    assertThat(lines)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith(kafka.acls().toString())
                    .contains(" --add --allow-principal User:", " --operation ")
                    .doesNotContain("--operation All", "User:\\*", "--topic \\*"));
    assertThat(acls("--apply")).isZero();
    assertThat(bindings()).isEqualTo(before);
    assertThat(acls("--tenant-service", "User:*")).isOne();
    assertThat(acls("--console", "User:*")).isOne();
    assertThat(acls("--tenant-service", "nobody")).isOne();
    assertThat(acls("--what")).isOne();
  }

  private static Set<AclBinding> bindings() throws Exception {
    try (Admin admin = Admin.create(kafka.client(AclKafka.ADMIN))) {
      return admin.describeAcls(AclBindingFilter.ANY).values().get().stream()
          .collect(Collectors.toSet());
    }
  }

  private static UUID command(String topic, String type, String tenant, String more) {
    UUID id = UUID.randomUUID();
    produce(
        OPS,
        topic,
        tenant,
        cloudEvent(id, type),
        "{\"tenant_id\": \"" + tenant + "\"" + more + "}");
    return id;
  }

  private static void forge(String topic, String type, String tenant) {
    produce(
        AclKafka.ADMIN,
        topic,
        tenant,
        cloudEvent(UUID.randomUUID(), type),
        """
        {"tenant_id": "%1$s", "name": "x", "environment": "production", "blueprint": "car",
         "backup": {"schedule": "0 0 2 * * ?", "retention_days": 30},
         "backup_id": "%1$s", "kind": "final", "deletion_id": "%1$s"}
        """
            .formatted(tenant));
  }

  private static Map<String, String> cloudEvent(UUID id, String type) {
    return Map.of(
        "ce_specversion", "1.0", "ce_id", id.toString(), "ce_source", "/tests", "ce_type", type);
  }

  private static void produce(
      String user, String topic, String key, Map<String, String> headers, String value) {
    Map<String, Object> settings = new HashMap<>(kafka.client(user));
    settings.put("max.block.ms", "20000");
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(topic, key, value.getBytes(StandardCharsets.UTF_8));
    headers.forEach(
        (name, text) -> message.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      producer.send(message).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The types of the messages with this key, as a member of a group reads them. */
  private static List<String> read(String user, String group, String topic, String key) {
    Map<String, Object> settings = Map.of("group.id", group, "auto.offset.reset", "earliest");
    try (KafkaConsumer<String, byte[]> consumer = consumer(user, settings)) {
      consumer.subscribe(List.of(topic));
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100));
                return !consumer.assignment().isEmpty();
              });
      consumer.seekToBeginning(consumer.assignment());
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      List<String> types = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofMillis(200))) {
          if (message.key().equals(key)) {
            types.add(
                new String(
                    message.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8));
          }
        }
      }
      return types;
    }
  }

  private static KafkaConsumer<String, byte[]> consumer(String user, Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(kafka.client(user));
    settings.putAll(more);
    settings.put("enable.auto.commit", false);
    settings.put("allow.auto.create.topics", false);
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static JsonNode get(String service, String path) {
    return json(request(service, path).GET(), -1);
  }

  private static JsonNode post(String service, String path, String body, int status) {
    return json(
        request(service, path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)),
        status);
  }

  private static void delete(String path) {
    assertThat(json(request(TENANT_SERVICE, path).DELETE(), 202).path("status").asText())
        .isEqualTo("deleting");
  }

  private static HttpResponse<String> send(
      String service, String path, String key, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(SERVICES.get(service).address() + path))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .POST(body)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String service, String path) {
    return HttpRequest.newBuilder(URI.create(SERVICES.get(service).address() + path))
        .header(
            "Authorization",
            "Bearer " + LocalStack.shared().environment().get("TENANTRY_ADMIN_KEY"))
        .timeout(LIMIT);
  }

  private static JsonNode json(HttpRequest.Builder request, int status) {
    try {
      HttpResponse<String> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (status > 0) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String tenantStatus(String tenant) {
    return value(
        "tenantry_control",
        "SELECT status FROM control_plane.tenants WHERE tenant_id = '%s'".formatted(tenant));
  }

  private static long inbox(String database) {
    return Long.parseLong(value(database, "SELECT count(*) FROM inbox_events"));
  }

  private static String value(String database, String query) {
    try (Connection connection = LocalStack.shared().postgres().connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
