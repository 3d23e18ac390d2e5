package io.tenantry.tenant.audit;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.messaging.Relays;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TopicReader;
import io.tenantry.tenant.apikey.ApiKeyApi;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("P12")
class AuditStreamTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final TopicReader TOPIC = new TopicReader("tenantry.audit");

  @Inject ObjectMapper mapper;
  @Inject AuditLog log;
  @Inject AuditStore store;
  @Inject Relays relays;

  @Test
  void publishesEachEntryOfTenantOnceAndInOrder() throws JsonProcessingException {
    UUID tenant = createTenant(newName());
    asAdmin().post(TENANTS + "/" + tenant + "/suspend").then().statusCode(200);
    asAdmin().body("{\"name\":\"no name\"}").patch(TENANTS + "/" + tenant).then().statusCode(422);
    asAdmin().post(TENANTS + "/" + tenant + "/resume").then().statusCode(200);
    ApiKeyApi.Key key = ApiKeyApi.create(tenant);
    JsonNode logged =
        mapper.readTree(asAdmin().queryParam("tenant_id", tenant).get("/api/v1/audit").asString());

    List<ConsumerRecord<String, byte[]>> messages = awaitMessages(tenant.toString(), 5);

    List<JsonNode> expected = new ArrayList<>();
    logged.path("items").forEach(expected::addFirst);
    assertThat(messages.stream().map(this::data)).containsExactlyElementsOf(expected);
    assertThat(messages)
        .allSatisfy(
            message -> {
              assertThat(TopicReader.header(message, "ce_specversion")).isEqualTo("1.0");
              assertThat(TopicReader.header(message, "ce_type"))
                  .isEqualTo("io.tenantry.audit.recorded.v1");
              assertThat(TopicReader.header(message, "ce_source"))
                  .isEqualTo("/tenantry/tenant-service");
              assertThat(TopicReader.header(message, "ce_subject")).isEqualTo(tenant.toString());
              assertThat(Instant.parse(TopicReader.header(message, "ce_time")))
                  .isEqualTo(Instant.parse(data(message).path("occurred_at").asText()));
              assertThat(text(message)).doesNotContain(key.secret(), "postgresql://");
            });
    assertThat(ids(messages)).doesNotHaveDuplicates();
  }

  @Test
  void keysEntryOfNoTenantAndOfSeveralByActor() {
    String actor = "user:" + UUID.randomUUID();
    UUID first = UUID.randomUUID();
    UUID second = UUID.randomUUID();
    log.append(entry(actor, Set.of()));
    log.append(entry(actor, Set.of(first, second)));

    List<ConsumerRecord<String, byte[]>> messages = awaitMessages(actor, 2);

    assertThat(TopicReader.header(messages.get(0), "ce_subject")).isEqualTo(actor);
    assertThat(data(messages.get(0)).path("tenant_ids")).isEmpty();
    assertThat(data(messages.get(1)).path("tenant_ids"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(first.toString(), second.toString());
  }

  @Test
  void publishesNumberOfTenantsThatNoMessageHasRoomFor() {
    String actor = "user:" + UUID.randomUUID();
    log.append(
        entry(actor, Stream.generate(UUID::randomUUID).limit(30_000).collect(Collectors.toSet())));
    log.append(entry(actor, Set.of()));

    List<ConsumerRecord<String, byte[]>> messages = awaitMessages(actor, 2);

    assertThat(data(messages.getFirst()).path("tenant_ids")).isEmpty();
    assertThat(data(messages.getFirst()).path("details").path("tenants").asInt()).isEqualTo(30_000);
    assertThat(data(messages.getFirst()).path("details").path("number").asText()).isEqualTo("0");
  }

  @Test
  void publishesEntriesOfOtherServicesAndOfOlderVersions() {
    UUID tenant = UUID.randomUUID();
    Postgres.execute(
        Postgres.CONTROL,
        """
        SET ROLE backup_service;
        SELECT control_plane.append_audit_entries('backup-service', ARRAY[now()], ARRAY['key:admin'], ARRAY['new'],
          ARRAY['%1$s'::uuid], ARRAY[NULL]::text[], ARRAY[NULL]::text[], ARRAY['succeeded'], ARRAY[NULL]::text[], ARRAY['{}']);
        RESET ROLE;
        -- As versions before the function did, which may still run during an upgrade.
        INSERT INTO control_plane.audit_log (service, actor, action, tenant_id, outcome)
        VALUES ('ingestion-service', 'key:admin', 'old', '%1$s', 'succeeded')
        """
            .formatted(tenant));

    assertThat(awaitMessages(tenant.toString(), 2))
        .extracting(message -> TopicReader.header(message, "ce_source"))
        .containsExactly("/tenantry/backup-service", "/tenantry/ingestion-service");
  }

  @Test
  void publishesNothingOfTransactionThatIsRolledBack() {
    UUID tenant = UUID.randomUUID();
    Postgres.execute(
        Postgres.CONTROL,
        """
        BEGIN;
        INSERT INTO control_plane.audit_log (service, actor, action, tenant_id, outcome)
        VALUES ('tenant-service', 'key:admin', 'rolled back', '%1$s', 'succeeded');
        ROLLBACK;
        INSERT INTO control_plane.audit_log (service, actor, action, tenant_id, outcome)
        VALUES ('tenant-service', 'key:admin', 'committed', '%1$s', 'succeeded');
        """
            .formatted(tenant));

    assertThat(awaitMessages(tenant.toString(), 1))
        .extracting(message -> data(message).path("action").asText())
        .containsExactly("committed");
  }

  @Test
  void survivesBrokerThatIsAway() {
    List<String> actors = List.of("user:" + UUID.randomUUID(), "user:" + UUID.randomUUID());
    createTenant(newName());

    LocalStack.shared().kafka().stop();
    try {
      for (int i = 0; i < 700; i++) {
        int number = i;
        actors.forEach(actor -> log.append(entry(actor, Set.of(), Integer.toString(number))));
      }
      assertThat(store.streamDelay()).isPositive();
    } finally {
      LocalStack.shared().kafka().start();
    }

    for (String actor : actors) {
      List<ConsumerRecord<String, byte[]>> messages = awaitMessages(actor, 700);
      assertThat(messages.stream().filter(firstDelivery()))
          .extracting(message -> data(message).path("details").path("number").asInt())
          .hasSize(700)
          .isSorted();
    }
    await().atMost(LIMIT).until(() -> store.streamDelay().isZero());
  }

  /** A message may be repeated when the broker stops before it has acknowledged; its id is kept. */
  private static Predicate<ConsumerRecord<String, byte[]>> firstDelivery() {
    Set<String> seen = new HashSet<>();
    return message -> seen.add(TopicReader.header(message, "ce_id"));
  }

  @Test
  void forgetsWhatWaitsWhileItIsOff() {
    String actor = "user:" + UUID.randomUUID();
    AuditStream off =
        new AuditStream(store, mapper, () -> false, relays, new SimpleMeterRegistry());

    LocalStack.shared().kafka().stop();
    try {
      log.append(entry(actor, Set.of()));
      off.check();
      assertThat(store.streamDelay()).isZero();
    } finally {
      LocalStack.shared().kafka().start();
    }
  }

  private static AuditEntry entry(String actor, Set<UUID> tenants) {
    return entry(actor, tenants, "0");
  }

  private static AuditEntry entry(String actor, Set<UUID> tenants, String number) {
    return new AuditEntry(
        actor,
        "a test",
        tenants,
        Optional.empty(),
        AuditEntry.Outcome.SUCCEEDED,
        Optional.empty(),
        Map.of("number", number));
  }

  private static List<ConsumerRecord<String, byte[]>> awaitMessages(String key, int count) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> TOPIC.all().stream().filter(message -> message.key().equals(key)).toList(),
            messages -> ids(messages).stream().distinct().count() >= count);
  }

  private static List<String> ids(List<ConsumerRecord<String, byte[]>> messages) {
    return messages.stream().map(message -> TopicReader.header(message, "ce_id")).toList();
  }

  private static String text(ConsumerRecord<String, byte[]> message) {
    return new String(message.value(), StandardCharsets.UTF_8);
  }

  private JsonNode data(ConsumerRecord<String, byte[]> message) {
    try {
      return mapper.readTree(text(message));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
