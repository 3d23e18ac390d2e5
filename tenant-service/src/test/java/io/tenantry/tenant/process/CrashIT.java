package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.response.Response;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The service is killed in the middle of its work; what it left is finished or undone. */
class CrashIT {

  private static final Map<String, String> SHORT_LEASE =
      Map.of(
          "PROVISIONING_LEASE", "3s",
          "TENANTRY_PROVISIONING_RENEWAL_INTERVAL", "1s");

  /** Where a provisioning stands still: the steps whose end is written down, and the last. */
  private static final List<String> PLACES =
      List.of("role", "database", "grants", "verification", "activation");

  @AfterEach
  void letGo() {
    Postgres.execute(
        Postgres.CONTROL,
        """
        DROP TRIGGER IF EXISTS stand_still ON control_plane.provisioning_steps;
        DROP FUNCTION IF EXISTS control_plane.stand_still();
        """);
  }

  @Test
  void t8UndoesWhatADeadReplicaLeftAtEveryStep() throws SQLException {
    try (ServiceProcess doomed = ServiceProcess.start(SHORT_LEASE);
        ExecutorService clients = Executors.newFixedThreadPool(PLACES.size());
        Connection gate = LocalStack.shared().postgres().connect(Postgres.CONTROL)) {
      Postgres.column(gate, "SELECT pg_advisory_lock(42)");
      standStillAtTheEndOfEachStep();
      List<String> names = PLACES.stream().map(place -> newName() + "-at-" + place).toList();
      names.forEach(
          name -> {
            clients.execute(() -> create(doomed, name));
          });
      awaitAllStandingStill();

      doomed.kill();
      Postgres.column(gate, "SELECT pg_advisory_unlock(42)");

      try (ServiceProcess other = ServiceProcess.start(SHORT_LEASE)) {
        awaitNothingUnfinished();
        assertThat(Postgres.tenantDatabases()).hasSameElementsAs(Postgres.recordedDatabases());
        assertThat(Postgres.tenantRoles()).hasSameElementsAs(Postgres.recordedDatabases());
        letGo();
        names.forEach(name -> assertThat(create(other, name).statusCode()).isEqualTo(201));
      }
    }
  }

  @Test
  void t8LeavesEveryTenantWholeOrGoneAfterAKillInTheMiddleOfTwenty() throws Exception {
    List<CompletableFuture<Response>> answers;
    try (ServiceProcess doomed = ServiceProcess.start(SHORT_LEASE);
        ExecutorService clients = Executors.newFixedThreadPool(20)) {
      answers =
          IntStream.range(0, 20)
              .mapToObj(
                  n -> CompletableFuture.supplyAsync(() -> create(doomed, newName()), clients))
              .toList();
      CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new)).join();
      doomed.kill();
    }
    List<UUID> told = told(answers);

    try (ServiceProcess restarted = ServiceProcess.start(SHORT_LEASE)) {
      awaitNothingUnfinished();
      List<String> active =
          restarted
              .asAdmin()
              .queryParam("status", "active")
              .queryParam("limit", 500)
              .get(TENANTS)
              .path("items.tenant_id");
      assertThat(active).containsAll(told.stream().map(UUID::toString).toList());
      assertThat(Postgres.tenantDatabases())
          .containsExactlyInAnyOrderElementsOf(Postgres.recordedDatabases());
      assertThat(Postgres.tenantRoles())
          .containsExactlyInAnyOrderElementsOf(Postgres.recordedDatabases());
      for (String tenant : active) {
        String connection =
            TenantConnections.of(
                UUID.fromString(tenant), LocalStack.shared().environment().get("ENCRYPTION_KEY"));
        Postgres.connect(connection, "car_" + tenant.replace('-', '_')).close();
      }
    }
  }

  @Test
  void t11GoesOnWithADeletionThatACrashInterrupted() throws SQLException {
    try (ServiceProcess doomed = ServiceProcess.start(SHORT_LEASE);
        ExecutorService clients = Executors.newSingleThreadExecutor();
        Connection gate = LocalStack.shared().postgres().connect(Postgres.MAINTENANCE)) {
      String tenant = create(doomed, newName()).path("tenant_id");
      gate.setAutoCommit(false);
      Postgres.column(gate, "SELECT 1");
      // Whoever drops a database writes here, and waits.
      try (Statement lock = gate.createStatement()) {
        lock.execute("LOCK TABLE pg_database IN SHARE MODE");
      }
      clients.execute(() -> doomed.asAdmin().delete(TENANTS + "/" + tenant));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> waiting("query LIKE 'DROP DATABASE%' AND wait_event_type = 'Lock'") == 1);

      doomed.kill();
      gate.rollback();

      try (ServiceProcess other = ServiceProcess.start(SHORT_LEASE)) {
        awaitNothingUnfinished();
        assertThat(Postgres.tenantDatabases()).doesNotContain("car_" + tenant.replace('-', '_'));
        assertThat(Postgres.tenantRoles()).doesNotContain("car_" + tenant.replace('-', '_'));
        other.asAdmin().get(TENANTS + "/" + tenant).then().statusCode(404);
      }
    }
  }

  /** A tenant named …-at-x does not get past writing down the end of its step x. */
  private static void standStillAtTheEndOfEachStep() {
    Postgres.execute(
        Postgres.CONTROL,
        """
        CREATE FUNCTION control_plane.stand_still() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
        $$
        BEGIN
          IF EXISTS (
            SELECT FROM control_plane.tenants
            WHERE tenant_id = NEW.tenant_id AND name LIKE '%-at-' || NEW.step
          ) THEN
            PERFORM pg_advisory_xact_lock_shared(42);
          END IF;
          RETURN NEW;
        END
        $$;
        CREATE TRIGGER stand_still BEFORE UPDATE ON control_plane.provisioning_steps
          FOR EACH ROW WHEN (NEW.status = 'completed') EXECUTE FUNCTION control_plane.stand_still();
        """);
  }

  private static void awaitAllStandingStill() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> waiting("wait_event_type = 'Lock' AND wait_event = 'advisory'") == PLACES.size());
  }

  private static int waiting(String condition) {
    return Integer.parseInt(
        Postgres.value(
            Postgres.MAINTENANCE, "SELECT count(*) FROM pg_stat_activity WHERE " + condition));
  }

  private static void awaitNothingUnfinished() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                Postgres.value(
                        Postgres.CONTROL,
                        """
                        SELECT count(*)
                        FROM control_plane.tenants
                        WHERE status NOT IN ('active', 'deleted')
                        """)
                    .equals("0"));
  }

  private static Response create(ServiceProcess service, String name) {
    return service.asAdmin().body(body(name)).post(TENANTS);
  }

  /** The tenants whose creation was answered before the end. */
  private static List<UUID> told(List<CompletableFuture<Response>> answers) throws Exception {
    List<UUID> told = new ArrayList<>();
    for (CompletableFuture<Response> answer : answers) {
      try {
        Response response = answer.get();
        if (response.statusCode() == 201) {
          told.add(UUID.fromString(response.path("tenant_id")));
        }
      } catch (ExecutionException e) {
        // Cut off by the kill: nobody was told anything.
        assertThat(e).hasRootCauseInstanceOf(IOException.class);
      }
    }
    return told;
  }
}
