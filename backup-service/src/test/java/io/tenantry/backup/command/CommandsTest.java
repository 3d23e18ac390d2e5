package io.tenantry.backup.command;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.DeadLetters;
import io.tenantry.backup.OperationEvents;
import io.tenantry.backup.TenantEvents;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands by Kafka do the same as requests by REST. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class CommandsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String TOPIC = "tenantry.backup-jobs";
  private static final String MIGRATIONS = "tenantry.migration-jobs";

  @Tag("B2")
  @Test
  void backsUpRestoresAndDrillsOnceByCommand() {
    TestTenant tenant = TestTenant.withDatabase();
    String body = "{\"tenant_id\": \"%s\"}".formatted(tenant.id());
    try (TenantEvents commands = new TenantEvents(TOPIC)) {
      UUID once = UUID.randomUUID();
      String emergency = "{\"tenant_id\": \"%s\", \"kind\": \"emergency\"}".formatted(tenant.id());
      publish(commands, once, "io.tenantry.backup.requested.v1", emergency);
      publish(commands, once, "io.tenantry.backup.requested.v1", emergency);
      awaitJobs(tenant, "backup");

      tenant.execute("DELETE FROM settings");
      publish(commands, UUID.randomUUID(), "io.tenantry.restore.requested.v1", body);
      awaitJobs(tenant, "restore");
      publish(commands, UUID.randomUUID(), "io.tenantry.drill.requested.v1", body);
      awaitJobs(tenant, "drill");
    }
    assertThat(tenant.column("SELECT count(*) FROM settings")).containsExactly("2");
    assertThat(
            asAdmin()
                .get("/api/v1/tenants/" + tenant.id() + "/backups")
                .<List<String>>path("items.kind"))
        .containsExactly("emergency");
    assertThat(ControlPlane.auditedActions(tenant.id(), "kafka"))
        .containsExactly(
            "io.tenantry.backup.requested.v1",
            "io.tenantry.restore.requested.v1",
            "io.tenantry.drill.requested.v1");
  }

  @Tag("B2")
  @Test
  void impossibleCommandIsDeadLettered() {
    TestTenant tenant = TestTenant.withDatabase();
    backUp(tenant.id());
    try (TenantEvents commands = new TenantEvents(TOPIC)) {
      RecordMetadata unknown =
          publish(
              commands,
              UUID.randomUUID(),
              "io.tenantry.backup.requested.v1",
              "{\"tenant_id\": \"%s\"}".formatted(UUID.randomUUID()));
      RecordMetadata kind =
          publish(
              commands,
              UUID.randomUUID(),
              "io.tenantry.backup.requested.v1",
              "{\"tenant_id\": \"%s\", \"kind\": \"final\"}".formatted(tenant.id()));

      assertThat(reason(unknown)).contains("There is no tenant");
      assertThat(reason(kind)).contains("the kind must be");
    }
  }

  @Tag("M4")
  @Test
  void migratesAndRollsBackOnceByCommandAndPublishesEvents() {
    TestBlueprint blueprint = Isolation.DATABASE.blueprint();
    blueprint.with("V1__cars.sql", "CREATE TABLE cars (id int PRIMARY KEY);").publish();
    TestTenant tenant = TestTenant.of(blueprint);
    String first = blueprint.version();
    blueprint
        .with("V2__colour.sql", "ALTER TABLE cars ADD COLUMN colour text;")
        .with("U2__colour.sql", "ALTER TABLE cars DROP COLUMN colour;")
        .publish();
    String body = "{\"tenant_id\": \"%s\"}".formatted(tenant.id());
    try (TenantEvents commands = new TenantEvents(MIGRATIONS)) {
      UUID once = UUID.randomUUID();
      publish(commands, once, "io.tenantry.migration.requested.v1", body);
      publish(commands, once, "io.tenantry.migration.requested.v1", body);
      awaitJobs(tenant, "migration");
      assertThat(tenant.version()).isEqualTo(blueprint.version());
      assertThat(awaitEvents(tenant, "io.tenantry.migration.completed.v1", 1).getFirst())
          .contains("\"direction\":\"forward\"", first, blueprint.version());

      publish(
          commands,
          UUID.randomUUID(),
          "io.tenantry.rollback.requested.v1",
          "{\"tenant_id\": \"%s\", \"target_version\": \"%s\"}".formatted(tenant.id(), first));
      assertThat(awaitEvents(tenant, "io.tenantry.migration.completed.v1", 2).getLast())
          .contains("\"direction\":\"rollback\"");
      assertThat(tenant.version()).isEqualTo(first);
      // A rollback drops data: unless the command says otherwise, a backup comes first.
      assertThat(
              asAdmin()
                  .get("/api/v1/tenants/" + tenant.id() + "/backups")
                  .<List<String>>path("items.kind"))
          .containsExactly("before_migration");

      RecordMetadata whereTo =
          publish(commands, UUID.randomUUID(), "io.tenantry.rollback.requested.v1", body);
      assertThat(reason(whereTo)).contains("target_version");
    }
  }

  private static List<String> awaitEvents(TestTenant tenant, String type, int number) {
    return await()
        .atMost(LIMIT)
        .until(() -> OperationEvents.of(tenant.id(), type), events -> events.size() == number);
  }

  private static String reason(RecordMetadata message) {
    return DeadLetters.header(
        await()
            .atMost(LIMIT)
            .until(
                () -> DeadLetters.find(message.topic() + "-dlq", message),
                found -> found.isPresent())
            .orElseThrow(),
        "dead-letter-reason");
  }

  private static RecordMetadata publish(TenantEvents commands, UUID id, String type, String body) {
    return commands.publish(TenantEvents.headers(id, type), body.getBytes(StandardCharsets.UTF_8));
  }

  private static void awaitJobs(TestTenant tenant, String type) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                asAdmin()
                    .queryParam("tenant_id", tenant.id())
                    .queryParam("type", type)
                    .get("/api/v1/jobs")
                    .<List<String>>path("items.status")
                    .equals(List.of("completed")));
  }
}
