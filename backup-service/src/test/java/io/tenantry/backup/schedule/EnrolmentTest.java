package io.tenantry.backup.schedule;

import static io.tenantry.backup.TenantEvents.PROVISIONED;
import static io.tenantry.backup.TenantEvents.headers;
import static io.tenantry.backup.TenantEvents.provisioned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.ControlDatabase;
import io.tenantry.backup.DeadLetters;
import io.tenantry.backup.TenantEvents;
import io.tenantry.localstack.LocalStackResource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tenants are enrolled for backups by the events that tell of them, on a real broker. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class EnrolmentTest {

  private final UUID tenant = UUID.randomUUID();
  private final UUID next = UUID.randomUUID();
  private TenantEvents events;

  @BeforeEach
  void open() {
    events = new TenantEvents();
  }

  @AfterEach
  void close() {
    events.close();
  }

  @Test
  void b2EnrolsANewTenant() {
    events.tell(headers(UUID.randomUUID(), PROVISIONED), provisioned(tenant, "0 30 4 ? * MON", 7));

    Schedules.awaitSchedule(tenant)
        .body("tenant_id", equalTo(tenant.toString()))
        .body("cron", equalTo("0 30 4 ? * MON"))
        .body("retention_days", equalTo(7))
        .body("enabled", equalTo(true))
        .body("created_at", notNullValue())
        .body("updated_at", notNullValue());
  }

  @Test
  void b2RemovesTheScheduleOfADeletedTenant() {
    events.tellProvisioned(tenant);
    Schedules.awaitSchedule(tenant);

    events.tellDeleted(tenant);

    events.tellProvisioned(next);
    Schedules.awaitSchedule(next);
    Schedules.of(tenant).statusCode(404).body("code", equalTo("SCHEDULE_NOT_FOUND"));
  }

  @Test
  void p1ARedeliveredEventDoesNotEnrolADeletedTenantAgain() {
    UUID event = events.tellProvisioned(tenant);
    events.tellDeleted(tenant);

    events.tellProvisioned(event, tenant);

    events.tellProvisioned(next);
    Schedules.awaitSchedule(next);
    Schedules.of(tenant).statusCode(404);
    assertThat(
            ControlDatabase.column(
                "SELECT type FROM backup.inbox WHERE event_id = ?", event.toString()))
        .containsExactly(PROVISIONED);
  }

  @Test
  void p1AnEventOfAnotherSourceIsAnotherEvent() {
    UUID event = events.tellProvisioned(tenant);
    Map<String, String> headers = new HashMap<>(headers(event, PROVISIONED));
    headers.put("ce_source", "/another");

    events.tell(headers, provisioned(next, "0 0 2 * * ?", 30));

    Schedules.awaitSchedule(next);
  }

  @Test
  void b2KeepsAScheduleThatWasChangedByHand() {
    events.tellProvisioned(tenant);
    Schedules.awaitSchedule(tenant);
    ControlDatabase.execute(
        "UPDATE backup.schedules SET cron = '0 0 6 * * ?', enabled = false WHERE tenant_id = ?",
        tenant);

    events.tellProvisioned(tenant);

    events.tellProvisioned(next);
    Schedules.awaitSchedule(next);
    Schedules.of(tenant).body("cron", equalTo("0 0 6 * * ?")).body("enabled", equalTo(false));
  }

  @Test
  void p1IgnoresWhatItDoesNotKnow() {
    RecordMetadata unknown =
        events.tell(headers(UUID.randomUUID(), "io.tenantry.tenant.moved.v1"), "whatever");
    String withMore =
        provisioned(tenant, "0 0 2 * * ?", 30)
            .replace("\"name\"", "\"colour\": {\"is\": [\"blue\"]}, \"name\"");
    Map<String, String> headers = new HashMap<>(headers(UUID.randomUUID(), PROVISIONED));
    headers.put("ce_traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    events.tell(headers, withMore);

    Schedules.awaitSchedule(tenant);
    assertThat(DeadLetters.find(unknown)).isEmpty();
  }
}
