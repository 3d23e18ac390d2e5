package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.path.json.JsonPath;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.testing.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Disaster recovery as docs/operations.md has it: the control database is an older one, or empty.
 * On a server of its own, since recovery looks at every tenant there is.
 */
@Tag("P13")
@Tag("F2")
class RecoveryIT {

  private static final String BACKUP = "tenantry_control_backup";
  private static final String LOST = "tenantry_control_lost";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Tenants before the backup, and after it; tenantctl's rehearsal has more. */
  private static final int EACH_TIME = 5;

  private static PostgresServer server;

  /** The environment of the services. */
  private static final Map<String, String> settings = new HashMap<>();

  /** The request that created each tenant. */
  private static final Map<String, String> requests = new HashMap<>();

  @BeforeAll
  static void startServer() {
    server = LocalStack.shared().startInstallation("recovery");
    settings.putAll(LocalStack.shared().environment(server));
    settings.putAll(
        Map.of(
            "POOL_SIZE", "2",
            "RECOVERY_GENERATION_INTERVAL", "1s",
            "TENANTRY_POOL_INTERVAL", "1s",
            "REAPER_INTERVAL", "2s",
            "TENANTRY_RECOVERY_CATALOG_INTERVAL", "1s"));
  }

  @Test
  void losesNothingWhenControlDatabaseIsRestored() throws SQLException {
    List<String> before;
    try (ServiceProcess service = ServiceProcess.start(settings)) {
      before = create(service, EACH_TIME);
    }
    copy(Postgres.CONTROL, BACKUP);
    List<String> after;
    List<String> deleted = before.subList(0, 2);
    List<String> rotated = before.subList(2, 4);
    Map<String, String> connections = new HashMap<>();
    try (ServiceProcess service = ServiceProcess.start(settings)) {
      after = create(service, EACH_TIME);
      for (String tenant : deleted) {
        asAdmin(service)
            .delete(TENANTS + "/" + tenant + "?final_backup=false")
            .then()
            .statusCode(204);
      }
      for (String tenant : rotated) {
        asAdmin(service)
            .body("{\"overlap_seconds\": 0}")
            .post(TENANTS + "/" + tenant + "/credentials/rotate")
            .then()
            .statusCode(200);
      }
      List<String> living = new ArrayList<>(before.subList(2, EACH_TIME));
      living.addAll(after);
      for (String tenant : living) {
        connections.put(tenant, connectionString(tenant));
        write(tenant, connections.get(tenant));
      }
      awaitGeneration(service);
    }
    List<String> databases = tenantDatabases();
    restore(BACKUP);

    try (ServiceProcess service = ServiceProcess.start(settings)) {
      awaitRecoveryMode(service);
      asAdmin(service)
          .delete(TENANTS + "/" + before.getLast() + "?final_backup=false")
          .then()
          .statusCode(503)
          .body("code", equalTo("RECOVERY_MODE"));
      String created =
          asAdmin(service)
              .body(body(newName()))
              .post(TENANTS)
              .then()
              .statusCode(201)
              .extract()
              .path("tenant_id");
      assertThat(connections.keySet()).doesNotContain(created);
      // The registry does not know this tenant, which exists.
      asAdmin(service)
          .body(requests.get(after.getFirst()))
          .post(TENANTS)
          .then()
          .statusCode(503)
          .body("code", equalTo("RECOVERY_MODE"));
      assertThat(tenantDatabases()).containsAll(databases);
      connections.forEach(RecoveryIT::assertThatItHasItsRow);

      JsonPath plan = asAdmin(service).get("/api/v1/recovery/plan").jsonPath();
      assertThat(plan.getList("items.findAll { it.action == 'adopt' }.tenant_id", String.class))
          .containsAll(after);
      assertThat(
              plan.getList(
                  "items.findAll { it.action == 'record_deletion' }.tenant_id", String.class))
          .containsAll(deleted);
      assertThat(plan.getList("items.findAll { it.action == 'rotate' }.tenant_id", String.class))
          .containsAll(rotated);
      JsonPath done = asAdmin(service).post("/api/v1/recovery/run").jsonPath();
      assertThat(done.getBoolean("status.active")).as(done.prettify()).isFalse();

      for (String tenant : connections.keySet()) {
        asAdmin(service)
            .body(requests.get(tenant))
            .post(TENANTS)
            .then()
            .statusCode(200)
            .body("tenant_id", equalTo(tenant));
        asAdmin(service).get(TENANTS + "/" + tenant).then().body("status", equalTo("active"));
        // By what the registry has now, and by what the tenant's applications have.
        assertThatItHasItsRow(tenant, connectionString(tenant));
        assertThatItHasItsRow(tenant, connections.get(tenant));
      }
      for (String tenant : deleted) {
        asAdmin(service).get(TENANTS + "/" + tenant).then().statusCode(404);
      }
      assertThat(tenantDatabases()).containsAll(databases(connections.keySet().stream().toList()));
      asAdmin(service).body(body(newName())).post(TENANTS).then().statusCode(201);
      asAdmin(service)
          .delete(TENANTS + "/" + created + "?final_backup=false")
          .then()
          .statusCode(204);
      assertThat(asAdmin(service).get("/api/v1/recovery/plan").jsonPath().getList("items"))
          .isEmpty();
      asAdmin(service).post("/api/v1/orphans/reap").then().statusCode(200);
      connections.forEach(RecoveryIT::assertThatItHasItsRow);
    } finally {
      execute(Postgres.MAINTENANCE, "DROP DATABASE IF EXISTS " + LOST);
    }
  }

  @Test
  void rebuildsAnEmptyControlDatabaseFromTheClusters() throws Exception {
    List<String> tenants;
    Map<String, String> connections = new HashMap<>();
    try (ServiceProcess service = ServiceProcess.start(settings)) {
      tenants = create(service, 2);
      for (String tenant : tenants) {
        connections.put(tenant, connectionString(tenant));
        write(tenant, connections.get(tenant));
      }
      awaitGeneration(service);
    }
    String installation =
        value(Postgres.CONTROL, "SELECT installation_id FROM control_plane.installation");
    String names =
        value(
            Postgres.CONTROL,
            "SELECT string_agg(name, ',' ORDER BY name) FROM control_plane.tenants WHERE tenant_id"
                + " = ANY (string_to_array(?, ',')::uuid[])",
            String.join(",", tenants));
    closePooledSessions();
    execute(Postgres.MAINTENANCE, "ALTER DATABASE tenantry_control RENAME TO " + LOST);
    execute(Postgres.MAINTENANCE, "CREATE DATABASE tenantry_control");
    execute(
        Postgres.CONTROL,
        Files.readString(Path.of("..", "deploy", "postgres", "control-database.sql")));

    try (ServiceProcess service = ServiceProcess.start(settings)) {
      asAdmin(service).body(body(newName())).post(TENANTS).then().statusCode(503);
      asAdmin(service)
          .body("{\"installation_id\": \"%s\"}".formatted(installation))
          .post("/api/v1/recovery/installation")
          .then()
          .statusCode(204);
      awaitRecoveryMode(service);

      JsonPath done = asAdmin(service).post("/api/v1/recovery/run").jsonPath();

      assertThat(done.getBoolean("status.active")).as(done.prettify()).isFalse();
      for (String tenant : tenants) {
        asAdmin(service).get(TENANTS + "/" + tenant).then().body("status", equalTo("active"));
        assertThatItHasItsRow(tenant, connectionString(tenant));
        assertThatItHasItsRow(tenant, connections.get(tenant));
      }
      assertThat(
              value(
                  Postgres.CONTROL,
                  "SELECT string_agg(name, ',' ORDER BY name) FROM control_plane.tenants WHERE"
                      + " tenant_id = ANY (string_to_array(?, ',')::uuid[])",
                  String.join(",", tenants)))
          .isEqualTo(names);
      asAdmin(service)
          .body("{\"installation_id\": \"%s\"}".formatted(installation))
          .post("/api/v1/recovery/installation")
          .then()
          .statusCode(409)
          .body("code", equalTo("REGISTRY_NOT_EMPTY"));
      awaitGeneration(service);
    } finally {
      execute(Postgres.MAINTENANCE, "DROP DATABASE IF EXISTS " + LOST);
    }
  }

  private static void execute(String database, String sql) {
    try (Connection connection = server.borrow(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> column(String database, String sql, Object... parameters) {
    try (Connection connection = server.borrow(database)) {
      return Postgres.column(connection, sql, parameters);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String value(String database, String sql, Object... parameters) {
    return column(database, sql, parameters).getFirst();
  }

  private static void closePooledSessions() {
    try {
      server.closePooledSessions(Postgres.CONTROL);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> tenantDatabases() {
    return column(
        Postgres.MAINTENANCE, "SELECT datname FROM pg_database WHERE datname LIKE 'car\\_%'");
  }

  private static List<String> create(ServiceProcess service, int number) {
    return IntStream.range(0, number).mapToObj(n -> create(service)).toList();
  }

  private static String create(ServiceProcess service) {
    String request =
        body(newName()).replace("}", ",\"external_id\":\"%s\"}".formatted(UUID.randomUUID()));
    String tenant =
        asAdmin(service)
            .body(request)
            .post(TENANTS)
            .then()
            .statusCode(201)
            .extract()
            .path("tenant_id");
    requests.put(tenant, request);
    return tenant;
  }

  private static void copy(String from, String to) {
    closePooledSessions();
    execute(Postgres.MAINTENANCE, "DROP DATABASE IF EXISTS " + to);
    execute(Postgres.MAINTENANCE, "CREATE DATABASE %s TEMPLATE %s".formatted(to, from));
  }

  private static void restore(String backup) {
    closePooledSessions();
    execute(Postgres.MAINTENANCE, "DROP DATABASE IF EXISTS " + LOST);
    execute(Postgres.MAINTENANCE, "ALTER DATABASE tenantry_control RENAME TO " + LOST);
    execute(Postgres.MAINTENANCE, "ALTER DATABASE %s RENAME TO tenantry_control".formatted(backup));
    // Rights on a database are not copied with it.
    try {
      execute(
          Postgres.CONTROL,
          Files.readString(Path.of("..", "deploy", "postgres", "control-database.sql")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Until the cluster has seen a generation that the backup does not have. */
  private static void awaitGeneration(ServiceProcess service) {
    long now = generation();
    await().atMost(LIMIT).until(() -> generation() > now + 1);
    assertThat(service.address()).isNotNull();
  }

  private static long generation() {
    return Long.parseLong(
        value("tenantry_catalog", "SELECT max(generation) FROM catalog.generations"));
  }

  private static void awaitRecoveryMode(ServiceProcess service) {
    await()
        .atMost(LIMIT)
        .until(() -> asAdmin(service).get("/api/v1/recovery").jsonPath().getBoolean("active"));
  }

  private static String connectionString(String tenant) {
    try (Connection control = server.borrow(Postgres.CONTROL)) {
      return TenantConnections.of(
          control,
          UUID.fromString(tenant),
          LocalStack.shared().environment().get("ENCRYPTION_KEY"));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(String tenant, String connection) throws SQLException {
    try (Connection own = Postgres.connect(connection, database(tenant));
        Statement statement = own.createStatement()) {
      statement.execute("INSERT INTO settings (key, value) VALUES ('%s', '1')".formatted(tenant));
    }
  }

  private static void assertThatItHasItsRow(String tenant, String connection) {
    try (Connection own = Postgres.connect(connection, database(tenant))) {
      assertThat(Postgres.column(own, "SELECT key FROM settings")).containsExactly(tenant);
    } catch (SQLException e) {
      throw new AssertionError("tenant " + tenant + " cannot be reached", e);
    }
  }

  private static List<String> databases(List<String> tenants) {
    return tenants.stream().map(RecoveryIT::database).toList();
  }

  private static String database(String tenant) {
    return "car_" + tenant.replace('-', '_');
  }
}
