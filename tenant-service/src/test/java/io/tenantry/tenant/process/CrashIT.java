package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.response.Response;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.SuccessiveService;
import java.io.IOException;
import java.net.URI;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The service is killed in the middle of its work; what it left is finished or undone. */
class CrashIT {

  private static final Map<String, String> SHORT_LEASE =
      Map.of(
          "PROVISIONING_LEASE", "3s",
          "TENANTRY_PROVISIONING_RENEWAL_INTERVAL", "1s");

  private static final SuccessiveService SERVICE =
      new SuccessiveService(() -> ServiceProcess.start(SHORT_LEASE));

  @AfterAll
  static void end() {
    SERVICE.close();
  }

  /** Where a provisioning can be made to stand still: by a lock on what its next step writes. */
  private enum Place {
    ROLE(Postgres.MAINTENANCE, "pg_authid", "SHARE"),
    DATABASE(Postgres.MAINTENANCE, "pg_database", "SHARE"),
    VERIFICATION(Postgres.MAINTENANCE, "pg_db_role_setting", "ACCESS EXCLUSIVE"),
    ACTIVATION(Postgres.CONTROL, "control_plane.outbox", "SHARE");

    private final String database;
    private final String table;
    private final String mode;

    Place(String database, String table, String mode) {
      this.database = database;
      this.table = table;
      this.mode = mode;
    }

    /** A session that holds the place; ended, it lets go. */
    Connection close() throws SQLException {
      Connection gate = LocalStack.shared().postgres().connect(database);
      gate.setAutoCommit(false);
      try (Statement statement = gate.createStatement()) {
        statement.execute("LOCK TABLE %s IN %s MODE".formatted(table, mode));
      }
      return gate;
    }

    /**
     * Waits until somebody stands before it; by the gate's own session, for others may wait too.
     */
    void awaitArrival(Connection gate) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  !Postgres.column(
                          gate,
                          "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '%s'::regclass"
                              .formatted(table))
                      .isEmpty());
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void t8UndoesOrFinishesWhatADeadReplicaLeft(Place place) throws SQLException {
    String name = newName();
    ServiceProcess doomed = SERVICE.get();
    try (ExecutorService clients = Executors.newSingleThreadExecutor()) {
      assertThat(create(doomed, newName()).statusCode()).isEqualTo(201);
      try (Connection gate = place.close()) {
        clients.execute(() -> create(doomed, name));
        place.awaitArrival(gate);
        SERVICE.kill();
      }
    }

    ServiceProcess other = SERVICE.get();
    awaitNothingUnfinished();
    assertThat(Postgres.tenantDatabases()).hasSameElementsAs(Postgres.recordedDatabases());
    assertRolesAsRecorded();
    List<String> finished =
        asAdmin(other)
            .queryParam("name_prefix", name)
            .queryParam("status", "active")
            .get(TENANTS)
            .path("items.tenant_id");
    assertThat(create(other, name).statusCode()).isEqualTo(finished.isEmpty() ? 201 : 409);
  }

  @Test
  void t8LeavesEveryTenantWholeOrGoneAfterAKillInTheMiddleOfTwenty() throws Exception {
    ServiceProcess doomed = SERVICE.get();
    List<CompletableFuture<Response>> answers;
    try (ExecutorService clients = Executors.newFixedThreadPool(20)) {
      answers =
          IntStream.range(0, 20)
              .mapToObj(
                  n -> CompletableFuture.supplyAsync(() -> create(doomed, newName()), clients))
              .toList();
      CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new)).join();
      SERVICE.kill();
    }
    List<UUID> told = told(answers);

    ServiceProcess restarted = SERVICE.get();
    awaitNothingUnfinished();
    List<String> active =
        asAdmin(restarted)
            .queryParam("status", "active")
            .queryParam("limit", 500)
            .get(TENANTS)
            .path("items.tenant_id");
    assertThat(active).containsAll(told.stream().map(UUID::toString).toList());
    assertThat(Postgres.tenantDatabases())
        .containsExactlyInAnyOrderElementsOf(Postgres.recordedDatabases());
    assertRolesAsRecorded();
    for (String tenant : active) {
      String connection =
          TenantConnections.of(
              UUID.fromString(tenant), LocalStack.shared().environment().get("ENCRYPTION_KEY"));
      Postgres.connect(connection, URI.create(connection).getPath().substring(1)).close();
    }
  }

  @Test
  void t11GoesOnWithADeletionThatACrashInterrupted() throws SQLException {
    ServiceProcess doomed = SERVICE.get();
    String tenant = create(doomed, newName()).path("tenant_id");
    try (ExecutorService clients = Executors.newSingleThreadExecutor();
        Connection gate = Place.DATABASE.close()) {
      clients.execute(() -> asAdmin(doomed).delete(TENANTS + "/" + tenant + "?final_backup=false"));
      Place.DATABASE.awaitArrival(gate);
      SERVICE.kill();
    }

    ServiceProcess other = SERVICE.get();
    awaitNothingUnfinished();
    assertThat(Postgres.tenantDatabases()).doesNotContain("car_" + tenant.replace('-', '_'));
    assertThat(Postgres.tenantRoles()).doesNotContain("car_" + tenant.replace('-', '_'));
    asAdmin(other).get(TENANTS + "/" + tenant).then().statusCode(404);
  }

  /**
   * Every recorded role is there, and no other; a tenant that another replica finished may have its
   * second login too, be it in use by now or not.
   */
  private static void assertRolesAsRecorded() {
    List<String> recorded = Postgres.recordedRoles();
    assertThat(Postgres.tenantRoles()).containsAll(recorded);
    assertThat(firstOf(Postgres.tenantRoles()))
        .containsExactlyInAnyOrderElementsOf(firstOf(recorded));
  }

  /** The roles without the tenants' second logins. */
  private static List<String> firstOf(List<String> roles) {
    return roles.stream().filter(role -> !role.endsWith("_b")).toList();
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
    return asAdmin(service).body(body(name)).post(TENANTS);
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
