package io.tenantry.backup.process;

import static io.tenantry.backup.process.CrashIT.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TcpRelay;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A replica is killed in the middle of campaigns; the other one goes on with them. */
class CampaignIT {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Map<String, String> QUICK =
      Map.of(
          "TENANTRY_JOBS_HEARTBEAT", "500ms",
          "TENANTRY_JOBS_POLL_INTERVAL", "200ms",
          "MIGRATION_RETRY_DELAY", "100ms");
  private static final Map<String, String> PATIENT =
      Map.of(
          "TENANTRY_JOBS_POLL_INTERVAL", "200ms",
          "MIGRATION_RETRY_DELAY", "100ms",
          "MIGRATION_MAX_RETRY_DELAY", "500ms",
          "MIGRATION_ATTEMPTS_AWAY", "1000");
  private static final int TENANTS = 12;

  /** A blueprint's tenants on their way; two of them are locked, so that the rest has to wait. */
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
      // Twice would be seen.
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

    void begin(ServiceProcess service) {
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

    /** Until the two that are locked are in hand. */
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
  @Test
  void m2AClusterThatGoesAwayHoldsUpItsOwnTenantsOnlyAndIsWaitedFor() throws Exception {
    PostgresServer server = LocalStack.shared().postgres();
    try (TcpRelay way = new TcpRelay(server.host(), server.port());
        ServiceProcess service = Replica.start(PATIENT);
        Fleet fleet = new Fleet(Isolation.DATABASE)) {
      ControlPlane.register("remote", way.port());
      // Of the two that are locked one is remote.
      List<TestTenant> remote = fleet.tenants.subList(TENANTS / 3, TENANTS);
      remote.forEach(tenant -> tenant.moveTo("remote"));
      fleet.begin(service);
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
                  assertThat(fleet.tenants.subList(0, TENANTS / 3))
                      .extracting(TestTenant::version)
                      .containsOnly(fleet.blueprint.version()));
      assertThat(fleet.status(service)).isEqualTo("running");

      way.mend();
      fleet.awaitEnd(service);
      fleet.assertEachWasMigratedOnce();
    }
  }

  @Test
  void m2AnAnswerThatASilentClusterSwallowedIsNotWaitedFor() throws Exception {
    PostgresServer server = LocalStack.shared().postgres();
    Map<String, String> watchful = new HashMap<>(PATIENT);
    watchful.put("TENANTRY_BACKUP_CLUSTER_HEARTBEAT", "500ms");
    try (TcpRelay way = new TcpRelay(server.host(), server.port());
        ServiceProcess service = Replica.start(watchful);
        Fleet fleet = new Fleet(Isolation.DATABASE)) {
      ControlPlane.register("silent", way.port());
      fleet.tenants.forEach(tenant -> tenant.moveTo("silent"));
      fleet.begin(service);
      fleet.awaitMiddle();

      way.fallSilent();
      fleet.unlock();
      fleet.awaitEnd(service);
      fleet.assertEachWasMigratedOnce();
    }
  }

  @Test
  void m2AKilledReplicasCampaignsAreFinishedByAnotherAndEachTenantIsMigratedOnce()
      throws Exception {
    try (ServiceProcess doomed = Replica.start(QUICK);
        Fleet databases = new Fleet(Isolation.DATABASE);
        Fleet schemas = new Fleet(Isolation.SCHEMA)) {
      List<Fleet> fleets = List.of(databases, schemas);
      fleets.forEach(fleet -> fleet.begin(doomed));
      fleets.forEach(Fleet::awaitMiddle);
      try (ServiceProcess other = Replica.start(QUICK)) {
        doomed.kill();
        // Its sessions live on in PostgreSQL, and will go on when they get their locks.
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
