package io.tenantry.tenant.webhook.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.event.BackupCommand;
import io.tenantry.kernel.event.Event;
import io.tenantry.kernel.event.EventType;
import io.tenantry.kernel.event.MigrationCommand;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.http.JsonConventions;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalog of event types, a contract with subscribers. */
@Tag("T23")
class WebhookEventTypeTest {

  private final ObjectMapper mapper = mapper();
  private final Messages messages = new Messages(mapper);

  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper().findAndRegisterModules();
    new JsonConventions().customize(mapper);
    return mapper;
  }

  @Test
  void keepsItsNames() {
    assertThat(Arrays.stream(WebhookEventType.values()).map(WebhookEventType::id))
        .containsExactly(
            "tenant.provisioned",
            "tenant.provisioning_failed",
            "tenant.suspended",
            "tenant.resumed",
            "tenant.deleting",
            "tenant.deleted",
            "tenant.credentials_rotated",
            "tenant.api_key_revoked",
            "limit.reached",
            "backup.completed",
            "backup.failed",
            "drill.completed",
            "drill.failed",
            "restore.completed",
            "restore.failed",
            "migration.completed",
            "migration.failed",
            "campaign.finished",
            "campaign.halted",
            "webhook_endpoint.disabled");
  }

  static Stream<EventType> facts() {
    return Arrays.stream(EventType.values())
        .filter(type -> !BackupCommand.class.isAssignableFrom(type.data()))
        .filter(type -> !MigrationCommand.class.isAssignableFrom(type.data()))
        // Changes of names, metadata and quotas are the operator's own.
        .filter(type -> type != EventType.TENANT_UPDATED);
  }

  @ParameterizedTest
  @MethodSource("facts")
  void reportsEachFactWithFieldsThatItHas(EventType source) throws Exception {
    Event event = example(source.data());

    WebhookEventType type = WebhookEventType.of(event).orElseThrow();

    JsonNode data = mapper.readTree(messages.data(type, event));
    assertThat(data.fieldNames())
        .toIterable()
        .containsExactlyElementsOf(type.fields().stream().map(EventField::name).toList());
  }

  private static Event example(Class<? extends Event> type) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = Arrays.stream(components).map(WebhookEventTypeTest::value).toArray();
    var constructor =
        type.getDeclaredConstructor(
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    constructor.setAccessible(true);
    return (Event) constructor.newInstance(values);
  }

  private static Object value(RecordComponent component) {
    return switch (component.getType().getSimpleName()) {
      case "UUID" -> UUID.randomUUID();
      case "String" -> "text";
      case "boolean" -> true;
      case "int" -> 1;
      case "long" -> 1L;
      case "BackupPolicy" -> new TenantEvent.BackupPolicy("0 0 2 * * ?", 30);
      default -> throw new IllegalArgumentException(component.toString());
    };
  }

  @Test
  void reportsNoCommand() {
    assertThat(WebhookEventType.of(new BackupCommand.MakeBackup(UUID.randomUUID(), null)))
        .isEmpty();
  }

  @Test
  void tellsAHaltedCampaignFromAFinishedOne() {
    assertThat(Stream.of("completed", "cancelled", "halted").map(this::campaign))
        .containsExactly(
            Optional.of(WebhookEventType.CAMPAIGN_FINISHED),
            Optional.of(WebhookEventType.CAMPAIGN_FINISHED),
            Optional.of(WebhookEventType.CAMPAIGN_HALTED));
  }

  private Optional<WebhookEventType> campaign(String status) {
    return WebhookEventType.of(
        new OperationEvent.CampaignFinished(
            UUID.randomUUID(), "car", "v", "forward", status, 1, 2, 3));
  }

  @ParameterizedTest
  @EnumSource(WebhookEventType.class)
  void staysFarBelowTwentyKilobytes(WebhookEventType type) throws IOException {
    String payload =
        Messages.payload(
            type.id(), Instant.now(), messages.example(type, Optional.of(UUID.randomUUID())));

    assertThat(payload.length()).isLessThan(2000);
    assertThat(mapper.readTree(payload).fieldNames())
        .toIterable()
        .containsExactly("type", "timestamp", "data");
  }

  @Test
  void shortensLongTextAndLeavesOutReasons() throws IOException {
    String data =
        messages.data(
            WebhookEventType.BACKUP_FAILED,
            new OperationEvent.BackupFailed(
                UUID.randomUUID(),
                UUID.randomUUID(),
                "x".repeat(100_000),
                null,
                "STORE_UNAVAILABLE",
                "host db-7.internal refused"));

    assertThat(data).hasSizeLessThan(1500).doesNotContain("db-7.internal");
    assertThat(List.of(mapper.readTree(data).path("code").asText()))
        .containsExactly("STORE_UNAVAILABLE");
  }

  @Test
  void givesTheSameBytesForEachAttempt() {
    Instant at = Instant.parse("2027-01-31T12:00:00.123456Z");

    assertThat(Messages.payload("tenant.deleted", at, "{\"tenant_id\":\"1\"}"))
        .isEqualTo(
            "{\"type\":\"tenant.deleted\",\"timestamp\":\"2027-01-31T12:00:00.123456Z\",\"data\":{\"tenant_id\":\"1\"}}");
  }
}
