package io.tenantry.tenant.cluster;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PostgreSQL clusters beside the configured one: registered, placed on, full, drained. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ClusterTest {

  private static final String CLUSTERS = "/api/v1/clusters";

  /** The second cluster is the only one of its region. */
  private static final String REGION = "eu-north-1";

  private static PostgresServer second;

  private static synchronized PostgresServer second() {
    if (second == null) {
      second = LocalStack.shared().startCluster("second-cluster");
      register("second", second.port(), 1000).statusCode(201);
    }
    return second;
  }

  private static ValidatableResponse register(String name, int port, int capacity) {
    return asAdmin()
        .body(
            """
            {"name":"%s","region":"%s","host":"127.0.0.1","port":%d,"admin_user":"%s",
             "admin_password":"%s","capacity":%d}
            """
                .formatted(name, REGION, port, env("ADMIN_USER"), env("ADMIN_PASSWORD"), capacity))
        .post(CLUSTERS)
        .then();
  }

  private static String env(String name) {
    return LocalStack.shared().environment().get("TENANT_CLUSTER_" + name);
  }

  private static ValidatableResponse change(String body) {
    return asAdmin().body(body).patch(CLUSTERS + "/second").then();
  }

  private static ValidatableResponse createInRegion(String name) {
    return asAdmin()
        .body(
            "{\"name\":\"%s\",\"environment\":\"production\",\"region\":\"%s\"}"
                .formatted(name, REGION))
        .post(TENANTS)
        .then();
  }

  @Test
  @Tag("T13")
  void placesATenantOnTheClusterOfItsRegion() {
    second();

    String database =
        createInRegion(newName())
            .statusCode(201)
            .body("database.cluster", equalTo("second"))
            .body("database.port", equalTo(second().port()))
            .extract()
            .path("database.name");

    assertThat(databasesOnSecond()).contains(database);
    assertThat(Postgres.tenantDatabases()).doesNotContain(database);
  }

  @Test
  @Tag("T13")
  void enforcesCapacityUnderConcurrency() throws Exception {
    second();
    int held = tenantsOnSecond();
    change("{\"capacity\":%d}".formatted(held + 3)).statusCode(200);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers =
          IntStream.range(0, 12)
              .mapToObj(n -> threads.submit(() -> createInRegion(newName()).extract().statusCode()))
              .toList();
      List<Integer> statuses = new java.util.ArrayList<>();
      for (Future<Integer> answer : answers) {
        statuses.add(answer.get());
      }
      assertThat(Collections.frequency(statuses, 201)).isEqualTo(3);
      assertThat(Collections.frequency(statuses, 503)).isEqualTo(9);
      assertThat(tenantsOnSecond()).isEqualTo(held + 3);
    } finally {
      change("{\"capacity\":1000}").statusCode(200);
    }
  }

  @Test
  @Tag("T13")
  void placesNoTenantOnDrainedClusterAndKeepsItsTenants() {
    second();
    UUID tenant =
        UUID.fromString(createInRegion(newName()).statusCode(201).extract().path("tenant_id"));
    change("{\"status\":\"draining\"}").statusCode(200).body("status", equalTo("draining"));
    try {
      createInRegion(newName()).statusCode(503).body("code", equalTo("REGION_UNAVAILABLE"));

      asAdmin().get(TENANTS + "/" + tenant).then().body("status", equalTo("active"));
      asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
    } finally {
      change("{\"status\":\"active\"}").statusCode(200);
    }
    createInRegion(newName()).statusCode(201);
  }

  @Test
  @Tag("T13")
  void countsTenantUntilDatabaseIsDropped() {
    second();
    int before = tenantsOnSecond();

    String tenant = createInRegion(newName()).statusCode(201).extract().path("tenant_id");
    assertThat(tenantsOnSecond()).isEqualTo(before + 1);

    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
    assertThat(tenantsOnSecond()).isEqualTo(before);
  }

  @Test
  @Tag("T13")
  void storesAdminPasswordsEncryptedAndNeverReturnsThem() {
    second();

    asAdmin()
        .get(CLUSTERS)
        .then()
        .statusCode(200)
        .body("items.name", hasItem("second"))
        .body(not(containsString(env("ADMIN_PASSWORD"))));
    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                "SELECT encode(admin_password_encrypted, 'escape') FROM control_plane.clusters"))
        .isNotEmpty()
        .noneMatch(stored -> stored.contains(env("ADMIN_PASSWORD")));
  }

  @Test
  @Tag("T13")
  void refusesRegisteredCluster() {
    second();

    register("second", 1, 1).statusCode(422).body("code", equalTo("CLUSTER_UNUSABLE"));
    register("third", second().port(), 1).statusCode(409).body("code", equalTo("CLUSTER_EXISTS"));
    register("second", LocalStack.shared().postgres().port(), 1)
        .statusCode(409)
        .body("code", equalTo("CLUSTER_EXISTS"));
  }

  @Test
  @Tag("F1")
  @Tag("P13")
  void refusesAServerThatIsRegisteredUnderAnotherAddress() {
    asAdmin()
        .body(
            """
            {"name":"alias","region":"%s","host":"localhost","port":%d,"admin_user":"%s",
             "admin_password":"%s"}
            """
                .formatted(
                    REGION,
                    LocalStack.shared().postgres().port(),
                    env("ADMIN_USER"),
                    env("ADMIN_PASSWORD")))
        .post(CLUSTERS)
        .then()
        .statusCode(409)
        .body("code", equalTo("CLUSTER_EXISTS"))
        .body("detail", containsString("default"));
    asAdmin().get(CLUSTERS + "/alias").then().statusCode(404);
  }

  @Test
  @Tag("T13")
  void keepsAClusterThatHoldsTenants() {
    createInDefaultRegion();

    asAdmin()
        .delete(CLUSTERS + "/default")
        .then()
        .statusCode(409)
        .body("code", equalTo("CLUSTER_IN_USE"));
    asAdmin().delete(CLUSTERS + "/nowhere").then().statusCode(404);
  }

  private static void createInDefaultRegion() {
    io.tenantry.tenant.TenantApi.createTenant(newName());
  }

  @ParameterizedTest
  @CsvSource({
    "admin_password, wrong, PostgreSQL refuses the admin",
    "admin_user, postgres_nobody, PostgreSQL refuses the admin",
  })
  @Tag("T13")
  void checksClusterBeforeRegistration(String field, String value, String reason) {
    String body =
        """
        {"name":"untried","region":"%s","host":"127.0.0.1","port":%d,"admin_user":"%s",
         "admin_password":"%s"}
        """
            .formatted(
                REGION,
                LocalStack.shared().postgres().port(),
                field.equals("admin_user") ? value : env("ADMIN_USER"),
                field.equals("admin_password") ? value : env("ADMIN_PASSWORD"));

    asAdmin()
        .body(body)
        .post(CLUSTERS)
        .then()
        .statusCode(422)
        .body("code", equalTo("CLUSTER_UNUSABLE"))
        .body("detail", containsString(reason));
    asAdmin().get(CLUSTERS + "/untried").then().statusCode(404);
  }

  @Test
  @Tag("T13")
  void namesEveryInvalidField() {
    asAdmin()
        .body("{\"name\":\"No\",\"region\":\"r\",\"host\":\"a b\",\"port\":0,\"ssl_mode\":\"x\"}")
        .post(CLUSTERS)
        .then()
        .statusCode(422)
        .body(
            "errors.field",
            contains("admin_password", "admin_user", "host", "name", "port", "ssl_mode"));
  }

  private static List<String> databasesOnSecond() {
    try (var connection = second().connect("postgres")) {
      return Postgres.column(connection, "SELECT datname FROM pg_database");
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int tenantsOnSecond() {
    return asAdmin().get(CLUSTERS + "/second").then().extract().path("tenants");
  }
}
