package io.tenantry.backup.schedule;

import static io.tenantry.backup.TenantEvents.PROVISIONED;
import static io.tenantry.backup.TenantEvents.headers;
import static io.tenantry.backup.TenantEvents.provisioned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.DeadLetters;
import io.tenantry.backup.Registry;
import io.tenantry.backup.TenantEvents;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestBlueprint;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events about tenants enrol them for backups, on a real broker. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class EnrolmentTest {

  private final UUID tenant = Registry.addTenant();
  private final UUID next = Registry.addTenant();
  private TenantEvents events;

  @BeforeEach
  void open() {
    events = new TenantEvents();
  }

  @AfterEach
  void close() {
    events.close();
  }

  @Tag("B2")
  @Test
  void enrolsNewTenant() {
    events.publish(
        headers(UUID.randomUUID(), PROVISIONED), provisioned(tenant, "0 30 4 ? * MON", 7));

    Schedules.awaitSchedule(tenant)
        .body("tenant_id", equalTo(tenant.toString()))
        .body("cron", equalTo("0 30 4 ? * MON"))
        .body("retention_days", equalTo(7))
        .body("enabled", equalTo(true))
        .body("created_at", notNullValue())
        .body("updated_at", notNullValue());
  }

  @Tag("B2")
  @Test
  void removesScheduleOfDeletedTenant() {
    events.publishProvisioned(tenant);
    Schedules.awaitSchedule(tenant);
    ControlPlane.setStatus(tenant, "deleted");

    events.publishDeleted(tenant);

    events.publishProvisioned(next);
    Schedules.awaitSchedule(next);
    Schedules.of(tenant).statusCode(404).body("code", equalTo("SCHEDULE_NOT_FOUND"));
  }

  @Tag("P1")
  @Test
  void redeliveredEventDoesNotEnrolDeletedTenantAgain() {
    UUID event = events.publishProvisioned(tenant);
    Schedules.awaitSchedule(tenant);
    ControlPlane.setStatus(tenant, "deleted");
    events.publishDeleted(tenant);

    events.publishProvisioned(event, tenant);

    events.publishProvisioned(next);
    Schedules.awaitSchedule(next);
    Schedules.of(tenant).statusCode(404);
    assertThat(
            ControlDatabase.column(
                "SELECT type FROM backup.inbox WHERE event_id = ?", event.toString()))
        .containsExactly(PROVISIONED);
  }

  @Tag("P1")
  @Test
  void sameIdFromAnotherSourceIsAnotherEvent() {
    UUID event = events.publishProvisioned(tenant);
    Map<String, String> headers = new HashMap<>(headers(event, PROVISIONED));
    headers.put("ce_source", "/another");

    events.publish(headers, provisioned(next, "0 0 2 * * ?", 30));

    Schedules.awaitSchedule(next);
  }

  @Tag("B2")
  @Test
  void keepsScheduleThatWasChangedManually() {
    events.publishProvisioned(tenant);
    Schedules.awaitSchedule(tenant);
    ControlDatabase.execute(
        "UPDATE backup.schedules SET cron = '0 0 6 * * ?', enabled = false WHERE tenant_id = ?",
        tenant);

    events.publishProvisioned(tenant);

    events.publishProvisioned(next);
    Schedules.awaitSchedule(next);
    Schedules.of(tenant).body("cron", equalTo("0 0 6 * * ?")).body("enabled", equalTo(false));
  }

  @Tag("P1")
  @Test
  void ignoresUnknownEvents() {
    RecordMetadata unknown =
        events.publish(headers(UUID.randomUUID(), "io.tenantry.tenant.moved.v1"), "whatever");
    String withMore =
        provisioned(tenant, "0 0 2 * * ?", 30)
            .replace("\"name\"", "\"colour\": {\"is\": [\"blue\"]}, \"name\"");
    Map<String, String> headers = new HashMap<>(headers(UUID.randomUUID(), PROVISIONED));
    headers.put("ce_traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    events.publish(headers, withMore);

    Schedules.awaitSchedule(tenant);
    assertThat(DeadLetters.find(unknown)).isEmpty();
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void keepsScheduleOfActiveTenantDespiteDeletionEvent() {
    events.publishProvisioned(tenant);
    Schedules.awaitSchedule(tenant);

    RecordMetadata forged = events.publishDeleted(tenant);

    assertThat(DeadLetters.header(DeadLetters.awaitLetter(forged), "dead-letter-reason"))
        .isEqualTo("the registry says that the tenant is active");
    Schedules.of(tenant).statusCode(200).body("enabled", equalTo(true));
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void removesScheduleOfPurgedTenant() {
    events.publishProvisioned(tenant);
    Schedules.awaitSchedule(tenant);
    Registry.remove(tenant);

    events.publishDeleted(tenant);

    events.publishProvisioned(next);
    Schedules.awaitSchedule(next);
    Schedules.of(tenant).statusCode(404);
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void doesNotEnrolUnknownTenant() {
    UUID unknown = UUID.randomUUID();

    RecordMetadata forged =
        events.publish(
            headers(UUID.randomUUID(), PROVISIONED), provisioned(unknown, "0 0 2 * * ?", 30));

    assertThat(DeadLetters.header(DeadLetters.awaitLetter(forged), "dead-letter-reason"))
        .isEqualTo("the registry has no such tenant");
    Schedules.of(unknown).statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"registered", "provisioning", "rolling_back"})
  @Tag("F18")
  @Tag("P13")
  void doesNotEnrolTenantThatIsNotProvisioned(String status) {
    UUID unfinished = Registry.addTenant(status);

    RecordMetadata forged =
        events.publish(
            headers(UUID.randomUUID(), PROVISIONED), provisioned(unfinished, "0 0 2 * * ?", 30));

    assertThat(DeadLetters.header(DeadLetters.awaitLetter(forged), "dead-letter-reason"))
        .isEqualTo("the registry says that the tenant is " + status);
    Schedules.of(unfinished).statusCode(404);
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void doesNotEnrolTenantDeletedBeforeItsEvent() {
    UUID deleted = Registry.addTenant("deleted");
    RecordMetadata late =
        events.publish(
            headers(UUID.randomUUID(), PROVISIONED), provisioned(deleted, "0 0 2 * * ?", 30));

    events.publishProvisioned(next);

    Schedules.awaitSchedule(next);
    Schedules.of(deleted).statusCode(404);
    assertThat(DeadLetters.find(late)).isEmpty();
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void enrolsWithBlueprintsPolicyInsteadOfEvents() {
    TestBlueprint blueprint = TestBlueprint.Isolation.DATABASE.blueprint();
    blueprint.with("V1__cars.sql", "CREATE TABLE cars (id int PRIMARY KEY);").store();
    Registry.setPolicy(tenant, blueprint, "0 15 3 * * ?", 90);

    events.publish(headers(UUID.randomUUID(), PROVISIONED), provisioned(tenant, "0 0 0 1 1 ?", 1));

    Schedules.awaitSchedule(tenant)
        .body("cron", equalTo("0 15 3 * * ?"))
        .body("retention_days", equalTo(90));
  }

  @ParameterizedTest
  @ValueSource(strings = {"active", "suspended", "deleted"})
  @Tag("F18")
  @Tag("P13")
  void takesNoFinalBackupOfTenantThatIsNotBeingDeleted(String status) {
    UUID kept = Registry.addTenant(status);

    events.publishDeleting(kept, UUID.randomUUID());

    events.publishProvisioned(next);
    Schedules.awaitSchedule(next);
    assertThat(ControlDatabase.column("SELECT kind FROM backup.backups WHERE tenant_id = ?", kept))
        .isEmpty();
  }
}
