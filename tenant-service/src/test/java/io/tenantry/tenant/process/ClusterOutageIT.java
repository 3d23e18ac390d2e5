package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantApi;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TcpRelay;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two clusters in one region: what happens to one of them does not stop the other. */
class ClusterOutageIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String CLUSTERS = "/api/v1/clusters";
  private static final String REMOTE = CLUSTERS + "/remote";
  private static final int POOL = 2;

  private static PostgresServer server;
  private static TcpRelay way;
  private static ServiceProcess service;

  @BeforeAll
  static void start() throws IOException {
    server = LocalStack.shared().startCluster("outage-cluster");
    way = new TcpRelay(server.host(), server.port());
    service =
        ServiceProcess.start(
            Map.of(
                "POOL_SIZE", Integer.toString(POOL),
                "POOL_BLUEPRINTS", "car",
                "TENANTRY_POOL_INTERVAL", "1s",
                "PROVISIONING_LEASE", "4s",
                "TENANTRY_PROVISIONING_RENEWAL_INTERVAL", "1s",
                "TENANTRY_TEMPLATES_INTERVAL", "1s",
                "RECOVERY_GENERATION_INTERVAL", "1s",
                "TENANTRY_RECOVERY_CATALOG_INTERVAL", "1s"));
  }

  @AfterAll
  static void stop() {
    service.close();
    way.close();
    // The other tests count databases.
    try (ServiceProcess without = ServiceProcess.start(Map.of("TENANTRY_POOL_INTERVAL", "1s"))) {
      without.awaitStatus("/q/health/ready", 200);
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  Postgres.column(
                          Postgres.CONTROL, "SELECT tenant_id FROM control_plane.pool_entries")
                      .isEmpty());
    }
  }

  /** With more room than the other, so that it is the first choice. */
  @BeforeEach
  void register() {
    admin()
        .body(
            new JsonObject()
                .put("name", "remote")
                .put("region", "us-east-1")
                .put("host", "127.0.0.1")
                .put("port", way.port())
                .put("admin_user", env("ADMIN_USER"))
                .put("admin_password", env("ADMIN_PASSWORD"))
                .put("capacity", 100_000)
                .encode())
        .post(CLUSTERS)
        .then()
        .statusCode(201)
        .body("status", equalTo("active"));
    await().atMost(LIMIT).until(() -> ready("remote") == POOL && ready("default") == POOL);
  }

  @AfterEach
  void delete() throws IOException {
    way.cut();
    way.mend();
    Postgres.execute(
        Postgres.CONTROL, "UPDATE control_plane.installation SET recovery_since = NULL");
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              for (String tenant : tenantsOnRemote()) {
                admin().delete(TENANTS + "/" + tenant + "?final_backup=false");
              }
              return List.of(204, 404).contains(admin().delete(REMOTE).statusCode());
            });
  }

  private static List<String> tenantsOnRemote() {
    return Postgres.column(
        Postgres.CONTROL,
        "SELECT tenant_id FROM control_plane.tenant_databases WHERE cluster = 'remote'");
  }

  private static String env(String name) {
    return LocalStack.shared().environment().get("TENANT_CLUSTER_" + name);
  }

  private static RequestSpecification admin() {
    return TenantApi.asAdmin(service);
  }

  private static int ready(String cluster) {
    return Postgres.column(
            Postgres.CONTROL,
            "SELECT tenant_id FROM control_plane.pool_entries WHERE status = 'ready' AND cluster = ?",
            cluster)
        .size();
  }

  private static ValidatableResponse create(String blueprint) {
    return admin()
        .body(
            "{\"name\":\"%s\",\"environment\":\"production\",\"blueprint\":\"%s\"}"
                .formatted(newName(), blueprint))
        .post(TENANTS)
        .then();
  }

  private static String push() {
    String name = "b" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    return admin()
        .body(
            new JsonObject()
                .put(
                    "files",
                    new JsonObject()
                        .put(
                            "blueprint.yaml",
                            "name: %s\nisolation: database\nnaming: %s_{tenant_id}\n"
                                .formatted(name, name.substring(0, 8)))
                        .put("migrations/V1__a.sql", "CREATE TABLE a (i int)"))
                .encode())
        .put("/api/v1/blueprints/" + name)
        .then()
        .statusCode(201)
        .body("current", equalTo(true))
        .extract()
        .path("version");
  }

  private static List<String> onServer(String database, String query) {
    try (Connection connection = server.connect(database)) {
      return Postgres.column(connection, query);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void onServer(String statement) {
    try (Connection connection = server.connect("postgres");
        Statement session = connection.createStatement()) {
      session.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> marked(String purpose) {
    return onServer(
        "postgres",
        "SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') LIKE 'tenantry %s %%'"
            .formatted(purpose));
  }

  @Test
  @Tag("L1")
  void deletesClusterWithPoolAndTemplates() {
    List<String> pool = marked("pool");
    assertThat(pool).hasSize(POOL);
    await().atMost(LIMIT).until(() -> !marked("template").isEmpty());
    // Its template is being made meanwhile.
    push();

    admin().delete(REMOTE).then().statusCode(204);

    assertThat(marked("pool")).isEmpty();
    assertThat(marked("template")).isEmpty();
    assertThat(
            onServer(
                "postgres",
                "SELECT rolname FROM pg_roles WHERE shobj_description(oid, 'pg_authid') ~ '^tenantry (login|owner) '"))
        .noneMatch(role -> pool.contains(role.replaceFirst("_o$", "")));
    // Whose the server was, and which tenants were deleted there.
    assertThat(onServer("postgres", "SELECT datname FROM pg_database"))
        .contains("tenantry_catalog");
    admin().get(REMOTE).then().statusCode(404);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        onServer(
                            "postgres",
                            "SELECT concat_ws(' | ', datname, state, wait_event, state_change, query)"
                                + " FROM pg_stat_activity WHERE usename = 'tenantry_admin'"))
                    .isEmpty());
    assertThat(marked("template")).isEmpty();
  }

  @Test
  @Tag("L1")
  void refusesToDeleteClusterWithTenantData() {
    String installation =
        Postgres.value(Postgres.CONTROL, "SELECT installation_id FROM control_plane.installation");
    onServer("CREATE DATABASE left_behind");
    onServer(
        "COMMENT ON DATABASE left_behind IS 'tenantry tenant installation=%s tenant=%s'"
            .formatted(installation, UUID.randomUUID()));
    try {
      assertThat(marked("tenant")).containsExactly("left_behind");

      admin()
          .delete(REMOTE)
          .then()
          .statusCode(409)
          .body("code", equalTo("CLUSTER_IN_USE"))
          .body("detail", containsString("left_behind"));

      admin().get(REMOTE).then().statusCode(200).body("status", equalTo("active"));
      assertThat(marked("template")).isNotEmpty();
    } finally {
      onServer("DROP DATABASE left_behind");
    }
  }

  @Test
  @Tag("L1")
  void deletesClusterWithLostServerOnlyOnRequest() throws IOException {
    way.cut();

    admin()
        .delete(REMOTE)
        .then()
        .statusCode(503)
        .body("code", equalTo("DATABASE_UNAVAILABLE"))
        .body("detail", allOf(containsString("remote"), containsString("leave_server")));
    admin().get(REMOTE).then().statusCode(200).body("status", equalTo("active"));

    admin().delete(REMOTE + "?leave_server=true").then().statusCode(204);
    assertThat(marked("pool")).hasSize(POOL);
    way.mend();
    register();
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              admin().post("/api/v1/orphans/reap").then().statusCode(200);
              return marked("pool").size() == POOL;
            });
  }

  @Test
  @Tag("L2")
  void storesBlueprintAndCreatesTemplateOnceClusterIsBack() throws IOException {
    way.cut();

    String version = push();

    way.mend();
    await()
        .atMost(LIMIT)
        .until(() -> marked("template").stream().anyMatch(name -> name.endsWith(version)));
  }

  @Test
  @Tag("L2")
  void provisionsOnTheOtherClusterWithAndWithoutThePool() throws IOException {
    way.cut();

    create("car").statusCode(201).body("database.cluster", equalTo("default"));
    create("acquiring").statusCode(201).body("database.cluster", equalTo("default"));

    await().atMost(LIMIT).until(() -> ready("default") == POOL);
    // Nothing is wrong with these: they wait for their cluster.
    assertThat(ready("remote")).isEqualTo(POOL);
    way.mend();
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> create("car").body("database.cluster", equalTo("remote")));
  }

  @Test
  @Tag("L2")
  void findsOrphansAndMissingPartsOnTheOtherCluster() throws IOException {
    way.cut();

    for (String path : List.of("/api/v1/orphans", "/api/v1/orphans/missing")) {
      admin().get(path).then().statusCode(200).body("unchecked", contains("remote"));
    }
    admin()
        .post("/api/v1/orphans/reap")
        .then()
        .statusCode(200)
        .body("unchecked", contains("remote"));

    way.mend();
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> admin().get("/api/v1/orphans").then().body("unchecked", empty()));
  }

  @Test
  @Tag("L2")
  void keepsTheOtherClustersCatalogAndGenerationUpToDate() throws IOException {
    String tenant = createOnDefault();
    way.cut();
    String generation = generation();
    String name = newName();
    admin()
        .body("{\"name\":\"%s\"}".formatted(name))
        .patch(TENANTS + "/" + tenant)
        .then()
        .statusCode(200);
    String version = push();

    await().atMost(LIMIT).until(() -> catalogName(tenant).equals(name));
    await().atMost(LIMIT).until(() -> !generation().equals(generation));
    String known = "SELECT version FROM catalog.blueprints";
    await().atMost(LIMIT).until(() -> Postgres.column("tenantry_catalog", known).contains(version));

    way.mend();
    await().atMost(LIMIT).until(() -> onServer("tenantry_catalog", known).contains(version));
  }

  private static String createOnDefault() {
    admin().body("{\"status\":\"draining\"}").patch(REMOTE).then().statusCode(200);
    try {
      return create("acquiring")
          .statusCode(201)
          .body("database.cluster", equalTo("default"))
          .extract()
          .path("tenant_id");
    } finally {
      admin().body("{\"status\":\"active\"}").patch(REMOTE).then().statusCode(200);
    }
  }

  private static String catalogName(String tenant) {
    return Postgres.value(
        "tenantry_catalog",
        "SELECT details ->> 'name' FROM catalog.tenants WHERE tenant_id = ?::uuid",
        tenant);
  }

  private static String generation() {
    return Postgres.column("tenantry_catalog", "SELECT max(generation) FROM catalog.generations")
        .getFirst();
  }

  @Test
  @Tag("L2")
  void recoversOtherClusterAndCompletesWhenAllWereCompared() throws IOException {
    String tenant = createOnDefault();
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.tenants SET blueprint_version = 'ffffffffffff' WHERE tenant_id = '%s'"
            .formatted(tenant));
    way.cut();
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.installation SET recovery_since = now(), recovery_reason = 'test'");

    admin()
        .post("/api/v1/recovery/run")
        .then()
        .statusCode(200)
        .body("unchecked", contains("remote"))
        .body("items.tenant_id", hasItem(tenant))
        .body("status.active", equalTo(true));
    admin()
        .get(TENANTS + "/" + tenant)
        .then()
        .body("blueprint_version", not(equalTo("ffffffffffff")));

    way.mend();
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                admin()
                    .post("/api/v1/recovery/run")
                    .then()
                    .body("unchecked", empty())
                    .body("status.active", equalTo(false)));
  }

  @Test
  @Tag("L2")
  void namesTheClusterThatIsUnavailable() throws IOException {
    admin().body("{\"status\":\"draining\"}").patch(CLUSTERS + "/default").then().statusCode(200);
    way.cut();
    try {
      create("acquiring")
          .statusCode(503)
          .body("code", equalTo("DATABASE_UNAVAILABLE"))
          .body("detail", containsString("remote"));
    } finally {
      admin().body("{\"status\":\"active\"}").patch(CLUSTERS + "/default").then().statusCode(200);
    }
  }

  /** One whose stored access cannot be used at all. */
  @Test
  @Tag("L2")
  void continuesWhenPasswordOfAnotherClusterCannotBeDecrypted() {
    String saved =
        Postgres.value(
            Postgres.CONTROL,
            "SELECT encode(admin_password_encrypted, 'hex') FROM control_plane.clusters WHERE name = 'remote'");
    setPassword("00");
    try {
      push();
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  create("acquiring").statusCode(201).body("database.cluster", equalTo("default")));
      admin().get("/api/v1/orphans").then().body("unchecked", contains("remote"));
    } finally {
      setPassword(saved);
    }
  }

  private static void setPassword(String hex) {
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.clusters SET admin_password_encrypted = '\\x%s', updated_at = now() WHERE name = 'remote'"
            .formatted(hex));
  }
}
