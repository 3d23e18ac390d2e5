package io.tenantry.tenant.lifecycle;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.tenant.event.OperationEvents;
import io.tenantry.tenant.event.TenantEvents;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Deletion waits for a final backup, survives failures, and frees the name last. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class DeletionTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Inject ObjectMapper mapper;

  private String name;
  private UUID tenant;

  @BeforeEach
  void create() {
    name = newName();
    tenant = createTenant(name);
  }

  @Test
  @Tag("T11")
  void dropsOnlyAfterTheFinalBackupOfThisDeletion() {
    String connectionString = TenantConnections.of(tenant);
    asAdmin()
        .delete(TENANTS + "/" + tenant)
        .then()
        .statusCode(202)
        .body("status", equalTo("deleting"))
        .body("last_deletion.final_backup", equalTo(true));
    assertThatThrownBy(() -> Postgres.connect(connectionString, database()).close())
        .hasMessageContaining("not permitted to log");
    UUID backup = UUID.randomUUID();
    String deletion = requestedDeletion();

    // Backups of other deletions of this tenant.
    String former = UUID.randomUUID().toString();
    UUID late = UUID.randomUUID();
    OperationEvents.record(tenant, late, former, "completed");
    String stray = OperationEvents.finalBackupCompleted(tenant, late, former);
    await().atMost(LIMIT).until(() -> OperationEvents.isHandled(stray));
    assertThat(deletion("coalesce(backup_id::text, failure, 'waits')")).isEqualTo("waits");
    assertThat(status()).isEqualTo("deleting");
    assertThat(Postgres.tenantDatabases()).contains(database());

    OperationEvents.record(tenant, backup, deletion, "completed");
    OperationEvents.finalBackupCompleted(tenant, backup, deletion);
    awaitStatus("deleted");

    assertThat(Postgres.tenantDatabases()).doesNotContain(database());
    assertThat(deletion("backup_id")).isEqualTo(backup.toString());
    asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(204);
  }

  /** {@link FinalBackupProofTest} has every record that proves nothing. */
  @Test
  @Tag("F18")
  @Tag("P13")
  void dropsNothingForEventWithoutMatchingBackupRecord() {
    asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);
    String deletion = requestedDeletion();
    UUID backup = UUID.randomUUID();
    OperationEvents.record(tenant, backup, UUID.randomUUID().toString(), "completed");

    String forged = OperationEvents.finalBackupCompleted(tenant, backup, deletion);

    assertThat(OperationEvents.awaitRefusal(forged)).contains("backup-service has no record");
    assertThat(status()).isEqualTo("deleting");
    assertThat(Postgres.tenantDatabases()).contains(database());
    assertThat(deletion("coalesce(backup_id::text, failure, 'waits')")).isEqualTo("waits");
    endDeadline();
    awaitStatus("suspended");
    assertThat(Postgres.tenantDatabases()).contains(database());
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void doesNotCancelForFailureEventWithoutMatchingBackupRecord() {
    asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);
    String deletion = requestedDeletion();
    UUID backup = UUID.randomUUID();
    OperationEvents.record(tenant, backup, deletion, "running");

    String forged = OperationEvents.finalBackupFailed(tenant, backup, deletion);

    assertThat(OperationEvents.awaitRefusal(forged)).contains("backup-service has no record");
    assertThat(status()).isEqualTo("deleting");
    OperationEvents.record(tenant, backup, deletion, "completed");
    OperationEvents.finalBackupCompleted(tenant, backup, deletion);
    awaitStatus("deleted");
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void dropsAtDeadlineIfBackupIsRecordedThoughEventWasLost() {
    asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);
    UUID backup = UUID.randomUUID();
    OperationEvents.record(tenant, backup, requestedDeletion(), "completed");

    endDeadline();

    awaitStatus("deleted");
    assertThat(deletion("backup_id")).isEqualTo(backup.toString());
    assertThat(Postgres.tenantDatabases()).doesNotContain(database());
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void cancelsAtDeadlineIfBackupServiceProvidesNoRecords() {
    OperationEvents.provideRecords();
    Postgres.execute(Postgres.CONTROL, "REVOKE USAGE ON SCHEMA backup FROM tenant_service");
    try {
      asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);
      UUID backup = UUID.randomUUID();
      String deletion = requestedDeletion();
      OperationEvents.record(tenant, backup, deletion, "completed");
      String event = OperationEvents.finalBackupCompleted(tenant, backup, deletion);

      endDeadline();
      awaitStatus("suspended");

      assertThat(Postgres.tenantDatabases()).contains(database());
      assertThat(OperationEvents.isHandled(event)).isFalse();
      Postgres.execute(Postgres.CONTROL, "GRANT USAGE ON SCHEMA backup TO tenant_service");
      // The event waited; it is too late for the deletion, which was given up.
      await().atMost(LIMIT).until(() -> OperationEvents.isHandled(event));
      assertThat(status()).isEqualTo("suspended");
    } finally {
      Postgres.execute(Postgres.CONTROL, "GRANT USAGE ON SCHEMA backup TO tenant_service");
    }
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void finishesDropThoughBackupExpired() throws SQLException {
    // The session of a superuser, which the admin role may not end.
    try (Connection held = LocalStack.shared().postgres().connect(database())) {
      asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);
      String deletion = requestedDeletion();
      UUID backup = UUID.randomUUID();
      OperationEvents.record(tenant, backup, deletion, "completed");
      OperationEvents.finalBackupCompleted(tenant, backup, deletion);
      await().atMost(LIMIT).until(() -> deletion("backup_id") != null);

      OperationEvents.record(tenant, backup, deletion, "expired");
      endDeadline();
      String lease = lease();
      await().atMost(LIMIT).until(() -> !lease().equals(lease));

      assertThat(status()).isEqualTo("deleting");
      assertThat(held.isValid(5)).isTrue();
    }
    awaitStatus("deleted");
  }

  @Test
  @Tag("T11")
  void cancelsAndKeepsDataWhenFinalBackupFails() throws SQLException {
    String connectionString = TenantConnections.of(tenant);
    asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);

    UUID backup = UUID.randomUUID();
    OperationEvents.record(tenant, backup, requestedDeletion(), "failed");
    OperationEvents.finalBackupFailed(tenant, backup, requestedDeletion());
    awaitStatus("suspended");

    asAdmin()
        .get(TENANTS + "/" + tenant)
        .then()
        .body("last_deletion.failure", equalTo("FINAL_BACKUP_FAILED"));
    asAdmin().post(TENANTS + "/" + tenant + "/resume").then().statusCode(200);
    Postgres.connect(connectionString, database()).close();
  }

  @Test
  @Tag("T11")
  void cancelsAtDeadlineAndCanBeRepeated() {
    asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);
    String former = requestedDeletion();

    endDeadline();
    awaitStatus("suspended");

    asAdmin()
        .get(TENANTS + "/" + tenant)
        .then()
        .body("last_deletion.failure", equalTo("FINAL_BACKUP_OVERDUE"));
    assertThat(Postgres.tenantDatabases()).contains(database());
    asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);
    assertThat(deletion("deletion_id")).isNotEqualTo(former);
    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
  }

  @Test
  @Tag("T11")
  void continuesWithoutFinalBackupOnRequest() {
    asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);
    asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);

    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);

    assertThat(Postgres.tenantDatabases()).doesNotContain(database());
    assertThat(TenantEvents.awaitNamed(name))
        .extracting(TenantEvents.Event::type)
        .containsOnlyOnce("io.tenantry.tenant.deleting.v1");
  }

  @Test
  @Tag("T11")
  void continuesWithoutFinalBackupWhenRequestedWhileReplicaIsAtIt() {
    asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.tenants SET lease_expires_at = now() + interval '1 second' WHERE tenant_id = '%s'"
            .formatted(tenant));

    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(202);

    awaitStatus("deleted");
    assertThat(Postgres.tenantDatabases()).doesNotContain(database());
  }

  @Test
  @Tag("T11")
  void noReplicaRenewsLeaseOfWaitingDeletion() {
    asAdmin().delete(TENANTS + "/" + tenant).then().statusCode(202);

    assertThat(
            Postgres.value(
                Postgres.CONTROL,
                """
                SELECT lease_expires_at = deadline AND lease_owner = deletion_id
                FROM control_plane.tenants
                JOIN control_plane.deletions USING (tenant_id)
                WHERE tenant_id = ?
                """,
                tenant))
        .isEqualTo("t");
    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
  }

  @Test
  @Tag("T11")
  void refusesInvalidFinalBackupParameter() {
    asAdmin()
        .delete(TENANTS + "/" + tenant + "?final_backup=maybe")
        .then()
        .statusCode(422)
        .body("errors[0].field", equalTo("final_backup"));
    assertThat(status()).isEqualTo("active");
  }

  @Test
  @Tag("T11")
  void reservesNameUntilFailedDropSucceeds() throws SQLException {
    // The session of a superuser, which the admin role may not end.
    try (Connection held = LocalStack.shared().postgres().connect(database())) {
      asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(202);

      String lease = lease();
      await().atMost(LIMIT).until(() -> !lease().equals(lease));
      assertThat(status()).isEqualTo("deleting");
      assertThat(held.isValid(5)).isTrue();
      asAdmin().body(body(name)).post(TENANTS).then().statusCode(409);
    }

    awaitStatus("deleted");
    assertThat(Postgres.tenantDatabases()).doesNotContain(database());
    assertThat(Postgres.tenantRoles()).doesNotContain(database());
    createTenant(name);
  }

  @Test
  @Tag("T11")
  void resumesDropAfterPostgresRestart() throws Exception {
    try (ExecutorService client = Executors.newSingleThreadExecutor();
        Connection gate = LocalStack.shared().postgres().connect(Postgres.MAINTENANCE);
        Statement statement = gate.createStatement()) {
      gate.setAutoCommit(false);
      statement.execute("LOCK TABLE pg_database IN SHARE MODE");
      Future<Integer> answer =
          client.submit(
              () -> asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").statusCode());
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  !Postgres.column(
                          Postgres.MAINTENANCE,
                          """
                          SELECT 1
                          FROM pg_stat_activity
                          WHERE wait_event_type = 'Lock'
                            AND query LIKE 'DROP DATABASE%' || ?::text || '%'
                          """,
                          database())
                      .isEmpty());
      LocalStack.shared().postgres().stop();
      LocalStack.shared().postgres().start();
      assertThat(answer.get()).isIn(202, 503);
    }
    if (!status().equals("deleted")) {
      asAdmin().body(body(name)).post(TENANTS).then().statusCode(409);
    }

    awaitStatus("deleted");
    assertThat(Postgres.tenantDatabases()).doesNotContain(database());
    createTenant(name);
  }

  /** The deletion that the event asked a final backup for. */
  private String requestedDeletion() {
    TenantEvents.Event asking =
        await()
            .atMost(LIMIT)
            .until(
                () ->
                    TenantEvents.awaitNamed(name).stream()
                        .filter(event -> event.type().equals("io.tenantry.tenant.deleting.v1"))
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    try {
      JsonNode data = mapper.readTree(asking.data());
      assertThat(data.path("final_backup").asBoolean()).isTrue();
      return data.path("deletion_id").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void endDeadline() {
    Postgres.execute(
        Postgres.CONTROL,
        """
        UPDATE control_plane.deletions SET deadline = now() WHERE tenant_id = '%1$s';
        UPDATE control_plane.tenants SET lease_expires_at = now() WHERE tenant_id = '%1$s';
        """
            .formatted(tenant));
  }

  /** Each attempt renews the lease. */
  private String lease() {
    return Postgres.value(
        Postgres.CONTROL,
        "SELECT lease_expires_at FROM control_plane.tenants WHERE tenant_id = ?",
        tenant);
  }

  private void awaitStatus(String status) {
    await().atMost(LIMIT).untilAsserted(() -> assertThat(status()).isEqualTo(status));
  }

  private String status() {
    return Postgres.value(
        Postgres.CONTROL, "SELECT status FROM control_plane.tenants WHERE tenant_id = ?", tenant);
  }

  private String deletion(String column) {
    return Postgres.value(
        Postgres.CONTROL,
        "SELECT %s FROM control_plane.deletions WHERE tenant_id = ?".formatted(column),
        tenant);
  }

  private String database() {
    return "car_" + tenant.toString().replace('-', '_');
  }
}
