package io.tenantry.tenant.orphan;

import static io.restassured.RestAssured.given;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantApi;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the registry has and the server has not is found, and nothing else. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("P13")
class MissingPartsTest {

  private static final String MISSING = "/api/v1/orphans/missing";

  @Inject MissingParts missing;

  private UUID tenant;
  private String name;

  @BeforeEach
  void create() {
    tenant = createTenant(newName());
    name = "car_" + tenant.toString().replace('-', '_');
  }

  @AfterEach
  void removeTheTenant() {
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.tenants SET status = 'deleted', deleted_at = now() WHERE tenant_id = '%s'"
            .formatted(tenant));
  }

  @Test
  void findsNothingWhileEveryTenantIsThere() {
    assertThat(partsOf(tenant)).isEmpty();
    rotate();
    assertThat(partsOf(tenant)).isEmpty();
    asAdmin().post("/api/v1/tenants/" + tenant + "/suspend").then().statusCode(200);
    assertThat(partsOf(tenant)).isEmpty();
  }

  @Test
  void findsADatabaseAndARoleThatWereDroppedByHand() {
    Postgres.execute(Postgres.MAINTENANCE, "DROP DATABASE " + name + " WITH (FORCE)");

    assertThat(partsOf(tenant)).containsExactly("database " + name);

    Postgres.execute(Postgres.MAINTENANCE, "DROP ROLE " + name);
    assertThat(partsOf(tenant)).containsExactly("database " + name, "role " + name);
    missing.searchRegularly();
    assertThat(given().get("/q/metrics").asString()).contains("tenantry_missing_databases 1.0");
  }

  @Test
  void findsTheSecondRoleThatATenantLogsInWith() {
    rotate();

    Postgres.execute(name, "DROP OWNED BY %1$s_b".formatted(name));
    Postgres.execute(
        Postgres.MAINTENANCE, "DROP OWNED BY %1$s_b; DROP ROLE %1$s_b".formatted(name));

    assertThat(partsOf(tenant)).containsExactly("role " + name + "_b");
  }

  @Test
  void findsASchemaThatWasDroppedByHand() {
    UUID other =
        UUID.fromString(
            asAdmin()
                .body(body(newName()).replace("}", ",\"blueprint\":\"acquiring\"}"))
                .post(TenantApi.TENANTS)
                .then()
                .statusCode(201)
                .extract()
                .path("tenant_id"));
    String schema = "acq_" + other.toString().replace('-', '_');
    assertThat(partsOf(other)).isEmpty();

    Postgres.execute("tenantry_shared", "DROP SCHEMA " + schema + " CASCADE");

    assertThat(partsOf(other)).containsExactly("schema " + schema);
    asAdmin()
        .delete(TenantApi.TENANTS + "/" + other + "?final_backup=false")
        .then()
        .statusCode(204);
  }

  @Test
  void doesNotMissATenantThatIsBeingDeleted() {
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.tenants SET status = 'rolling_back' WHERE tenant_id = '%s'"
            .formatted(tenant));
    Postgres.execute(Postgres.MAINTENANCE, "DROP DATABASE " + name + " WITH (FORCE)");

    assertThat(partsOf(tenant)).isEmpty();
  }

  @Test
  void namesAClusterThatDoesNotAnswer() {
    PostgresServer second = LocalStack.shared().startCluster("missing");
    asAdmin()
        .body(
            Map.of(
                "name",
                "missing",
                "region",
                "eu-west-1",
                "host",
                second.host(),
                "port",
                second.port(),
                "admin_user",
                LocalStack.shared().environment().get("TENANT_CLUSTER_ADMIN_USER"),
                "admin_password",
                LocalStack.shared().environment().get("TENANT_CLUSTER_ADMIN_PASSWORD")))
        .post("/api/v1/clusters")
        .then()
        .statusCode(201);
    UUID there =
        UUID.fromString(
            asAdmin()
                .body(body(newName()).replace("}", ",\"region\":\"eu-west-1\"}"))
                .post(TenantApi.TENANTS)
                .then()
                .statusCode(201)
                .extract()
                .path("tenant_id"));
    second.stop();
    try {
      JsonPath answer = asAdmin().get(MISSING).then().statusCode(200).extract().jsonPath();
      assertThat(answer.getList("unchecked")).containsExactly("missing");
      assertThat(answer.getList("items.tenant_id")).doesNotContain(there.toString());
    } finally {
      second.start();
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> asAdmin().get(MISSING).jsonPath().getList("unchecked").isEmpty());
    asAdmin()
        .delete(TenantApi.TENANTS + "/" + there + "?final_backup=false")
        .then()
        .statusCode(204);
    asAdmin().delete("/api/v1/clusters/missing").then().statusCode(204);
  }

  private void rotate() {
    asAdmin()
        .body("{}")
        .post("/api/v1/tenants/" + tenant + "/credentials/rotate")
        .then()
        .statusCode(200);
  }

  private static List<String> partsOf(UUID tenant) {
    return asAdmin()
        .get(MISSING)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .<Map<String, String>>getList("items")
        .stream()
        .filter(part -> part.get("tenant_id").equals(tenant.toString()))
        .map(part -> part.get("kind") + " " + part.get("name"))
        .toList();
  }
}
