package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Marks;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The service is killed in the middle of its work; what it left is finished or undone. */
class CrashIT {

  private static final Map<String, String> SHORT_LEASE =
      Map.of(
          "PROVISIONING_LEASE", "3s",
          "TENANTRY_PROVISIONING_RENEWAL_INTERVAL", "1s",
          "TENANTRY_PROVISIONING_RECOVERY_INTERVAL", "1s",
          "PROVISIONING_JOB_RETRY_DELAY", "1s",
          "TENANTRY_JOBS_HEARTBEAT", "1s",
          "TENANTRY_JOBS_POLL_INTERVAL", "200ms",
          "TENANTRY_LIFECYCLE_RECOVERY_INTERVAL", "1s");

  private static final SuccessiveService SERVICE =
      new SuccessiveService(() -> ServiceProcess.start(SHORT_LEASE));

  @AfterAll
  static void end() {
    SERVICE.close();
  }

  /** Where work can be stopped: by a lock on what its next step writes. */
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

    /** A session that closes the place until it ends. */
    Connection close() throws SQLException {
      Connection gate = LocalStack.shared().postgres().connect(database);
      gate.setAutoCommit(false);
      try (Statement statement = gate.createStatement()) {
        statement.execute("LOCK TABLE %s IN %s MODE".formatted(table, mode));
      }
      return gate;
    }

    /** Waits for this number of sessions before it; asks the gate's session, as others may wait. */
    void awaitArrivals(Connection gate, int number) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  Postgres.column(
                              gate,
                              "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '%s'::regclass"
                                  .formatted(table))
                          .size()
                      >= number);
    }
  }

  @Test
  @Tag("T8")
  @Tag("T11")
  void undoesTenantsAndFinishesDeletionOfKilledReplica() throws SQLException {
    ServiceProcess killed = SERVICE.get();
    String deleted = create(killed, newName()).path("tenant_id");
    String withoutDatabase = newName();
    String withoutRole = newName();
    try (ExecutorService clients = Executors.newFixedThreadPool(3);
        Connection databases = Place.DATABASE.close()) {
      clients.execute(
          () -> asAdmin(killed).delete(TENANTS + "/" + deleted + "?final_backup=false"));
      Place.DATABASE.awaitArrivals(databases, 1);
      clients.execute(() -> create(killed, withoutDatabase));
      Place.DATABASE.awaitArrivals(databases, 2);
      try (Connection roles = Place.ROLE.close()) {
        clients.execute(() -> create(killed, withoutRole));
        Place.ROLE.awaitArrivals(roles, 1);
        SERVICE.kill();
      }
    }

    ServiceProcess other = SERVICE.get();
    awaitNothingUnfinished();
    asAdmin(other).get(TENANTS + "/" + deleted).then().statusCode(404);
    assertThat(Postgres.tenantDatabases()).doesNotContain("car_" + deleted.replace('-', '_'));
    assertThat(Postgres.tenantRoles()).doesNotContain("car_" + deleted.replace('-', '_'));
    assertWholeOrGone(other, List.of(withoutDatabase, withoutRole));
  }

  @Test
  @Tag("T8")
  void undoesOrFinishesTenantsThatKilledReplicaHadNotActivated() throws SQLException {
    ServiceProcess killed = SERVICE.get();
    assertThat(create(killed, newName()).statusCode()).isEqualTo(201);
    String inactive = newName();
    String unverified = newName();
    try (ExecutorService clients = Executors.newFixedThreadPool(2);
        Connection outbox = Place.ACTIVATION.close()) {
      clients.execute(() -> create(killed, inactive));
      Place.ACTIVATION.awaitArrivals(outbox, 1);
      try (Connection settings = Place.VERIFICATION.close()) {
        clients.execute(() -> create(killed, unverified));
        Place.VERIFICATION.awaitArrivals(settings, 1);
        SERVICE.kill();
      }
    }

    ServiceProcess other = SERVICE.get();
    awaitNothingUnfinished();
    assertWholeOrGone(other, List.of(inactive, unverified));
  }

  /** Recovery completes the tenant, whose keys only the job can deliver. */
  @Test
  @Tag("T8")
  @Tag("T9")
  void completesJobOfReplicaKilledAfterHandOver() throws SQLException {
    ServiceProcess killed = SERVICE.get();
    assertThat(create(killed, newName()).statusCode()).isEqualTo(201);
    JsonPath job;
    try (Connection databases = Place.DATABASE.close()) {
      job = submit(killed);
      Place.DATABASE.awaitArrivals(databases, 1);
      // Only now: the submission has events, too.
      try (Connection outbox = Place.ACTIVATION.close()) {
        databases.rollback();
        Place.ACTIVATION.awaitArrivals(outbox, 1);
        String database = "car_" + job.getString("tenant_id").replace('-', '_');
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> Marks.of(database).startsWith("tenantry tenant "));
        SERVICE.kill();
      }
    }

    ServiceProcess other = SERVICE.get();
    JsonPath ended =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () -> asAdmin(other).get("/api/v1/jobs/" + job.getString("id")).jsonPath(),
                found -> List.of("completed", "failed").contains(found.getString("status")));
    assertThat(ended.getString("status")).as(ended.prettify()).isEqualTo("completed");
    assertThat(ended.getList("result.api_keys")).hasSize(1);
    asAdmin(other)
        .post("/api/v1/jobs/" + job.getString("id") + "/api-keys/collect")
        .then()
        .statusCode(200);
    assertThat(Postgres.tenantDatabases()).hasSameElementsAs(Postgres.recordedDatabases());
  }

  /** Each tenant is active, or its name is free; nothing else is on the server. */
  private static void assertWholeOrGone(ServiceProcess service, List<String> names) {
    assertThat(Postgres.tenantDatabases()).hasSameElementsAs(Postgres.recordedDatabases());
    assertRolesAsRecorded();
    for (String name : names) {
      List<String> finished =
          asAdmin(service)
              .queryParam("name_prefix", name)
              .queryParam("status", "active")
              .get(TENANTS)
              .path("items.tenant_id");
      assertThat(create(service, name).statusCode())
          .as(name)
          .isEqualTo(finished.isEmpty() ? 201 : 409);
    }
  }

  @Test
  @Tag("T8")
  void leavesEveryTenantWholeOrGoneAfterKillDuringTwentyCreations() throws Exception {
    ServiceProcess killed = SERVICE.get();
    String prefix = newName();
    List<CompletableFuture<Response>> answers;
    try (ExecutorService clients = Executors.newFixedThreadPool(20)) {
      answers =
          IntStream.range(0, 20)
              .mapToObj(
                  n ->
                      CompletableFuture.supplyAsync(
                          () -> create(killed, prefix + "_" + n), clients))
              .toList();
      CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new)).join();
      SERVICE.kill();
    }
    List<UUID> answered = answered(answers);

    ServiceProcess restarted = SERVICE.get();
    awaitNothingUnfinished();
    List<String> active =
        asAdmin(restarted)
            .queryParam("status", "active")
            .queryParam("name_prefix", prefix)
            .get(TENANTS)
            .path("items.tenant_id");
    assertThat(active).containsAll(answered.stream().map(UUID::toString).toList());
    assertThat(Postgres.tenantDatabases())
        .containsExactlyInAnyOrderElementsOf(Postgres.recordedDatabases());
    assertRolesAsRecorded();
    // Also those that recovery finished.
    for (String tenant : active) {
      String connection =
          TenantConnections.of(
              UUID.fromString(tenant), LocalStack.shared().environment().get("ENCRYPTION_KEY"));
      Postgres.connect(connection, URI.create(connection).getPath().substring(1)).close();
    }
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

  /** Submits the creation of a tenant with one API key. */
  private static JsonPath submit(ServiceProcess service) {
    return asAdmin(service)
        .header("Prefer", "respond-async")
        .body(
            Map.of("name", newName(), "environment", "production", "api_keys", Map.of("count", 1)))
        .post(TENANTS)
        .then()
        .statusCode(202)
        .extract()
        .jsonPath();
  }

  private static Response create(ServiceProcess service, String name) {
    return asAdmin(service).body(body(name)).post(TENANTS);
  }

  /** The tenants whose creation was answered before the kill. */
  private static List<UUID> answered(List<CompletableFuture<Response>> answers) throws Exception {
    List<UUID> answered = new ArrayList<>();
    for (CompletableFuture<Response> answer : answers) {
      try {
        Response response = answer.get();
        if (response.statusCode() == 201) {
          answered.add(UUID.fromString(response.path("tenant_id")));
        }
      } catch (ExecutionException e) {
        // The kill ended the connection before an answer.
        assertThat(e).hasRootCauseInstanceOf(IOException.class);
      }
    }
    return answered;
  }
}
