package io.tenantry.backup.process;

import static io.tenantry.backup.process.CrashIT.asAdmin;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.SuccessiveService;
import io.tenantry.testing.TcpRelay;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Campaigns outlive a replica that is killed and a cluster that is unreachable. */
class CampaignIT {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Map<String, String> SETTINGS =
      Map.of(
          "TENANTRY_JOBS_HEARTBEAT", "500ms",
          "TENANTRY_JOBS_POLL_INTERVAL", "200ms",
          "TENANTRY_BACKUP_CLUSTER_HEARTBEAT", "500ms",
          "MIGRATION_RETRY_DELAY", "100ms",
          "MIGRATION_MAX_RETRY_DELAY", "500ms",
          "MIGRATION_ATTEMPTS_AWAY", "1000");
  private static final int TENANTS = 8;

  /** The first tenant of those on a cluster that becomes unreachable; one of the locked ones is. */
  private static final int FIRST_REMOTE = 4;

  private static final SuccessiveService SERVICE =
      new SuccessiveService(() -> Replica.start(SETTINGS));

  @AfterAll
  static void stop() {
    SERVICE.close();
  }

  /** A blueprint's tenants that are migrated; two of them are locked, so that others wait. */
  private static final class Fleet implements AutoCloseable {

    private final TestBlueprint blueprint;
    private final List<TestTenant> tenants = new ArrayList<>();
    private final List<Connection> locks = new ArrayList<>();
    private String campaign;

    Fleet(Isolation isolation) throws SQLException {
      blueprint =
          isolation
              .blueprint()
              .with(
                  "V1__counter.sql",
                  "CREATE TABLE counter (n int); INSERT INTO counter VALUES (0); CREATE TABLE gate (id int);");
      blueprint.publish();
      for (int i = 0; i < TENANTS; i++) {
        tenants.add(TestTenant.of(blueprint));
      }
      // The counter shows a migration that ran twice.
      blueprint
          .with("V2__count.sql", "UPDATE counter SET n = n + 1; ALTER TABLE gate ADD COLUMN c int;")
          .publish();
      tenants.sort((one, other) -> one.id().toString().compareTo(other.id().toString()));
      for (TestTenant tenant : tenants.subList(3, 5)) {
        Connection lock = tenant.connect();
        lock.setAutoCommit(false);
        try (Statement statement = lock.createStatement()) {
          statement.execute("SELECT * FROM gate");
        }
        locks.add(lock);
      }
    }

    void start(ServiceProcess service) {
      campaign =
          asAdmin()
              .body(
                  "{\"blueprint\": \"%s\", \"parallelism\": 2, \"lock_timeout_ms\": 60000}"
                      .formatted(blueprint.name()))
              .post(service.address() + "/api/v1/campaigns")
              .then()
              .statusCode(202)
              .extract()
              .path("id");
    }

    /** Until the two that are locked are in progress. */
    void awaitMiddle() {
      await().atMost(LIMIT).until(() -> waitingForLocks() == 2);
    }

    private long waitingForLocks() {
      return tenants.subList(3, 5).stream()
          .flatMap(
              tenant ->
                  ControlDatabase.column(
                      "SELECT 1 FROM pg_stat_activity WHERE datname = ? AND wait_event_type = 'Lock' AND query LIKE '%' || ? || '%'",
                      tenant.database(), tenant.schemaName())
                      .stream())
          .count();
    }

    void awaitSecondAttempt() {
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  !ControlDatabase.column(
                          "SELECT 1 FROM backup.jobs JOIN backup.campaigns USING (job_id) WHERE campaign_id = ?::uuid AND attempts > 1",
                          campaign)
                      .isEmpty());
    }

    void awaitEnd(ServiceProcess service) {
      await().atMost(LIMIT).until(() -> status(service), "completed"::equals);
    }

    String status(ServiceProcess service) {
      return asAdmin().get(service.address() + "/api/v1/campaigns/" + campaign).path("status");
    }

    void assertEachWasMigratedOnce() {
      for (TestTenant tenant : tenants) {
        assertThat(tenant.column("SELECT n FROM counter")).containsExactly("1");
        assertThat(
                tenant.column(
                    "SELECT installed_rank || ' ' || version || ' ' || success FROM flyway_schema_history ORDER BY 1"))
            .containsExactly("1 1 true", "2 2 true");
        assertThat(tenant.version()).isEqualTo(blueprint.version());
        blueprint.flyway(tenant).validate();
      }
      assertThat(
              ControlDatabase.column(
                  "SELECT DISTINCT status FROM backup.migrations WHERE campaign_id = ?::uuid",
                  campaign))
          .containsExactly("completed");
    }

    @Override
    public void close() throws SQLException {
      unlock();
    }

    void unlock() throws SQLException {
      for (Connection lock : locks) {
        lock.close();
      }
    }
  }

  @Tag("L2")
  @Tag("M2")
  @Test
  void unreachableClusterDelaysItsOwnTenantsOnly() throws Exception {
    PostgresServer server = LocalStack.shared().postgres();
    ServiceProcess service = SERVICE.get();
    try (TcpRelay way = new TcpRelay(server.host(), server.port());
        Fleet fleet = new Fleet(Isolation.DATABASE)) {
      ControlPlane.register("remote", way.port());
      List<TestTenant> local = fleet.tenants.subList(0, FIRST_REMOTE);
      List<TestTenant> remote = fleet.tenants.subList(FIRST_REMOTE, TENANTS);
      remote.forEach(tenant -> tenant.moveTo("remote"));
      fleet.start(service);
      fleet.awaitMiddle();

      way.cut();
      fleet.unlock();
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  ControlDatabase.column(
                              "SELECT 1 FROM backup.migrations WHERE campaign_id = ?::uuid AND error_code = 'DATABASE_UNAVAILABLE'",
                              fleet.campaign)
                          .size()
                      == remote.size());
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(local)
                      .extracting(TestTenant::version)
                      .containsOnly(fleet.blueprint.version()));
      assertThat(fleet.status(service)).isEqualTo("running");

      way.mend();
      fleet.awaitEnd(service);
      fleet.assertEachWasMigratedOnce();
    }
  }

  @Tag("M2")
  @Test
  void doesNotWaitForAnswersOfClusterThatStopsResponding() throws Exception {
    PostgresServer server = LocalStack.shared().postgres();
    ServiceProcess service = SERVICE.get();
    try (TcpRelay way = new TcpRelay(server.host(), server.port());
        Fleet fleet = new Fleet(Isolation.DATABASE)) {
      ControlPlane.register("silent", way.port());
      fleet.tenants.forEach(tenant -> tenant.moveTo("silent"));
      fleet.start(service);
      fleet.awaitMiddle();

      way.fallSilent();
      fleet.unlock();
      fleet.awaitEnd(service);
      fleet.assertEachWasMigratedOnce();
    }
  }

  @Tag("M2")
  @Test
  void anotherReplicaCompletesCampaignsOfKilledOne() throws Exception {
    try (Fleet databases = new Fleet(Isolation.DATABASE);
        Fleet schemas = new Fleet(Isolation.SCHEMA)) {
      List<Fleet> fleets = List.of(databases, schemas);
      fleets.forEach(fleet -> fleet.start(SERVICE.get()));
      fleets.forEach(Fleet::awaitMiddle);
      try (ServiceProcess other = Replica.start(SETTINGS)) {
        SERVICE.kill();
        // Its sessions in PostgreSQL live on, and continue when they get their locks.
        fleets.forEach(Fleet::awaitSecondAttempt);
        databases.unlock();
        schemas.unlock();
        fleets.forEach(fleet -> fleet.awaitEnd(other));
        fleets.forEach(Fleet::assertEachWasMigratedOnce);
        assertThat(ControlDatabase.column("SELECT 1 FROM backup.tenant_leases")).isEmpty();
      }
    }
  }
}
