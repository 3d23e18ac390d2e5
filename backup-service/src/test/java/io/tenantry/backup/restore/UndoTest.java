package io.tenantry.backup.restore;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.TenantEvents;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Data that a restore or an undo replaced is kept for the undo window. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("F11")
@Tag("P13")
class UndoTest {

  private static final String RESTORES = "/api/v1/restores";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** How a tenant is kept apart. */
  private enum Isolation {
    DATABASE,
    SCHEMA;

    TestTenant tenant() {
      return this == DATABASE ? TestTenant.withDatabase() : TestTenant.withSchema();
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsDataWrittenSinceRestoreForUndoWindow(Isolation isolation) {
    TestTenant tenant = isolation.tenant();
    backUp(tenant.id());
    String restore = restore(tenant);
    tenant.execute("INSERT INTO settings VALUES ('since', 'true')");
    expire(restore);

    awaitSuccess(submit(RESTORES + "/" + restore + "/undo", ""));

    Instant expiry = Instant.parse(show(restore).getString("former.expires_at"));
    assertThat(expiry).isAfter(Instant.now().plus(Duration.ofHours(23)));
    fireDrop(tenant);
    awaitPostponed(tenant);
    assertThat(isKept(tenant, restore, "undone_")).isTrue();
    assertThat(show(restore).getString("former.dropped_at")).isNull();

    expire(restore);
    fireDrop(tenant);
    await().atMost(LIMIT).until(() -> !isKept(tenant, restore, "undone_"));
  }

  @ParameterizedTest
  @EnumSource
  void keepsDataRenamedByUndoThatDiedBeforeItsRecord(Isolation isolation) throws SQLException {
    TestTenant tenant = isolation.tenant();
    backUp(tenant.id());
    String restore = restore(tenant);
    expire(restore);
    String suffix = restore.replace('-', '_');
    try (Connection admin =
            LocalStack.shared()
                .postgres()
                .connect(isolation == Isolation.SCHEMA ? tenant.database() : "postgres");
        var statement = admin.createStatement()) {
      for (String[] names :
          new String[][] {
            {tenant.schema().orElse(tenant.database()), "undone_" + suffix},
            {"former_" + suffix, tenant.schema().orElse(tenant.database())}
          }) {
        statement.execute(
            "ALTER %s \"%s\" RENAME TO \"%s\"".formatted(isolation, names[0], names[1]));
      }
    }

    fireDrop(tenant);

    await().atMost(LIMIT).until(() -> "undone".equals(show(restore).getString("status")));
    awaitPostponed(tenant);
    assertThat(isKept(tenant, restore, "undone_")).isTrue();
    assertThat(show(restore).getString("former.dropped_at")).isNull();
  }

  @Test
  void dropsNothingDuringOtherWorkOnTenant() {
    TestTenant tenant = TestTenant.withDatabase();
    backUp(tenant.id());
    String restore = restore(tenant);
    expire(restore);
    ControlDatabase.execute(
        "INSERT INTO backup.tenant_leases VALUES (?, 'RESTORE', gen_random_uuid(), now() + interval '1 hour')",
        tenant.id());

    fireDrop(tenant);

    awaitPostponed(tenant);
    assertThat(isKept(tenant, restore, "former_")).isTrue();
    ControlDatabase.execute("DELETE FROM backup.tenant_leases WHERE tenant_id = ?", tenant.id());
    await().atMost(LIMIT).until(() -> !isKept(tenant, restore, "former_"));
  }

  @Test
  void dropsReplacedDataWithItsTenant() {
    TestTenant tenant = TestTenant.withDatabase();
    backUp(tenant.id());
    String restore = restore(tenant);
    tenant.setStatus("deleting");
    try (TenantEvents events = new TenantEvents()) {
      events.publishDeleting(tenant.id(), UUID.randomUUID());
    }

    await().atMost(LIMIT).until(() -> !isKept(tenant, restore, "former_"));
  }

  private static String restore(TestTenant tenant) {
    return awaitSuccess(submit(RESTORES, "{\"tenant_id\": \"%s\"}".formatted(tenant.id())))
        .getString("result.restore_id");
  }

  private static JsonPath show(String restore) {
    return asAdmin().get(RESTORES + "/" + restore).then().statusCode(200).extract().jsonPath();
  }

  private static void expire(String restore) {
    ControlDatabase.execute(
        "UPDATE backup.restores SET former_expires_at = now() WHERE restore_id = ?::uuid", restore);
  }

  /** Has the job run that was planned for the end of the first window. */
  private static void fireDrop(TestTenant tenant) {
    ControlDatabase.execute(
        """
        UPDATE backup.scheduled_tasks
        SET execution_time = now()
        WHERE task_instance IN (
          SELECT job_id::text FROM backup.jobs WHERE type = 'drop_former' AND tenant_id = ?)
        """,
        tenant.id());
  }

  /** Waits until the job ran and is to run again. */
  private static void awaitPostponed(TestTenant tenant) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                ControlDatabase.column(
                        """
                        SELECT 1
                        FROM backup.jobs
                        JOIN backup.scheduled_tasks ON task_instance = job_id::text
                        WHERE type = 'drop_former'
                          AND tenant_id = ?
                          AND status = 'pending'
                          AND started_at IS NOT NULL
                          AND NOT picked
                          AND execution_time > now()
                        """,
                        tenant.id())
                    .size(),
            found -> found == 1);
  }

  private static boolean isKept(TestTenant tenant, String restore, String prefix) {
    String name = prefix + restore.replace('-', '_');
    if (tenant.schema().isEmpty()) {
      return !ControlDatabase.column("SELECT 1 FROM pg_database WHERE datname = ?", name).isEmpty();
    }
    try (Connection admin = tenant.connectAsOwner();
        var query = admin.prepareStatement("SELECT 1 FROM pg_namespace WHERE nspname = ?")) {
      query.setString(1, name);
      return query.executeQuery().next();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
