package io.tenantry.tenant.provisioning;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.JobApi;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The caller's own id makes the creation of a tenant safe to repeat. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ExternalIdTest {

  private static final int REQUESTS = 20;

  private final String name = newName();
  private final String externalId = "crm/" + UUID.randomUUID();

  private String body() {
    return """
    {"name": "%s", "environment": "production", "external_id": "%s", "api_keys": {"count": 1}}
    """
        .formatted(name, externalId);
  }

  private String create() {
    return asAdmin().body(body()).post(TENANTS).then().statusCode(201).extract().path("tenant_id");
  }

  private static Response createAsync(String body) {
    return asAdmin().header("Prefer", "respond-async").body(body).post(TENANTS);
  }

  private long tenants() {
    return Long.parseLong(
        Postgres.value(
            Postgres.CONTROL,
            "SELECT count(*) FROM control_plane.tenants WHERE external_id = ?",
            externalId));
  }

  @Test
  @Tag("smoke")
  @Tag("T9")
  void answersRepeatedCreationWithTheTenant() {
    String tenant =
        asAdmin()
            .body(body())
            .post(TENANTS)
            .then()
            .statusCode(201)
            .body("external_id", equalTo(externalId))
            .body("api_keys", hasSize(1))
            .extract()
            .path("tenant_id");

    for (int n = 0; n < 2; n++) {
      asAdmin()
          .body(body())
          .post(TENANTS)
          .then()
          .statusCode(200)
          .body("tenant_id", equalTo(tenant))
          .body("external_id", equalTo(externalId))
          .body("$", not(hasKey("api_keys")));
      createAsync(body()).then().statusCode(200).body("tenant_id", equalTo(tenant));
      asAdmin().post(TENANTS + "/" + tenant + "/suspend").then().statusCode(200);
    }

    asAdmin().get(TENANTS + "/" + tenant).then().body("external_id", equalTo(externalId));
    asAdmin()
        .queryParam("tenant_id", tenant)
        .get("/api/v1/audit")
        .then()
        .body("items.findAll { it.action == 'POST /api/v1/tenants' }", hasSize(5));
    assertThat(tenants()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"name\": \"another-%s\", \"environment\": \"production\"                        | name.",
        "\"name\": \"%s\", \"environment\": \"staging\", \"blueprint\": \"car\"           | environment.",
        "\"name\": \"%s\", \"environment\": \"production\", \"blueprint\": \"acquiring\"  | blueprint.",
        "\"name\": \"%s\", \"environment\": \"staging\", \"blueprint\": \"acquiring\"     | environment, blueprint.",
      })
  @Tag("T9")
  void namesTenantAndDifferences(String fields, String differences) {
    String tenant = create();
    String request =
        "{%s, \"external_id\": \"%s\"}".formatted(fields.strip().formatted(name), externalId);

    asAdmin()
        .body(request)
        .post(TENANTS)
        .then()
        .statusCode(409)
        .body("code", equalTo("EXTERNAL_ID_TAKEN"), "retryable", equalTo(false))
        .body("detail", containsString(tenant))
        .body("detail", endsWith("but another " + differences));
    createAsync(request).then().statusCode(409).body("code", equalTo("EXTERNAL_ID_TAKEN"));

    assertThat(tenants()).isEqualTo(1);
  }

  @Test
  @Tag("T9")
  void comparesRegionOnlyIfGiven() {
    String tenant = create();
    // As a tenant of a region that is no longer the default one.
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.tenants SET region = 'eu-west-1' WHERE tenant_id = '%s'"
            .formatted(tenant));

    asAdmin().body(body()).post(TENANTS).then().statusCode(200);
    asAdmin()
        .body(body().replace("{\"name\"", "{\"region\": \"us-east-1\", \"name\""))
        .post(TENANTS)
        .then()
        .statusCode(409)
        .body("detail", endsWith("but another region."));
  }

  @Test
  @Tag("T9")
  void reportsTenantInProvisioningAsBusy() throws Exception {
    String tenant;
    UUID job;
    try (Connection cluster = LocalStack.shared().postgres().connect(Postgres.MAINTENANCE);
        Statement gate = cluster.createStatement()) {
      // No database can be created, so the job stays in progress.
      cluster.setAutoCommit(false);
      gate.execute("LOCK TABLE pg_database IN SHARE MODE");
      JsonPath submitted = createAsync(body()).then().statusCode(202).extract().jsonPath();
      job = submitted.getUUID("id");
      tenant = submitted.getString("tenant_id");

      for (Response repeated : List.of(createAsync(body()), asAdmin().body(body()).post(TENANTS))) {
        repeated
            .then()
            .statusCode(409)
            .body("code", equalTo("TENANT_BUSY"), "retryable", equalTo(true))
            .body("detail", containsString(tenant));
      }
    }

    assertThat(JobApi.awaitEnd(job).getString("status")).isEqualTo("completed");
    createAsync(body()).then().statusCode(200).body("tenant_id", equalTo(tenant));
  }

  @Test
  @Tag("T9")
  void createsOneTenantForConcurrentRequests() throws Exception {
    Set<String> found = new HashSet<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(REQUESTS)) {
      for (Future<Response> answer :
          clients.invokeAll(
              Collections.<Callable<Response>>nCopies(
                  REQUESTS, () -> asAdmin().body(body()).post(TENANTS)))) {
        Response response = answer.get();
        if (response.statusCode() == 409) {
          response.then().body("code", equalTo("TENANT_BUSY"));
        } else {
          assertThat(response.statusCode()).isIn(200, 201);
          found.add(response.path("tenant_id"));
        }
      }
    }

    assertThat(found).hasSize(1);
    assertThat(tenants()).isEqualTo(1);
  }

  @Test
  @Tag("T9")
  void freesExternalIdOfDeletedTenant() {
    String first = create();
    asAdmin().delete(TENANTS + "/" + first + "?final_backup=false").then().statusCode(204);

    String second = create();

    assertThat(second).isNotEqualTo(first);
    asAdmin()
        .queryParam("external_id", externalId)
        .get(TENANTS)
        .then()
        .body("items.tenant_id", contains(second));
    asAdmin()
        .queryParam("external_id", externalId)
        .queryParam("status", "deleted")
        .get(TENANTS)
        .then()
        .body("items.tenant_id", contains(first));
  }

  @Test
  @Tag("T7")
  void freesExternalIdOfFailedCreation() {
    UUID job;
    Fault.CLONE.occur();
    try {
      asAdmin().body(body()).post(TENANTS).then().statusCode(Fault.CLONE.code().status());
      job = createAsync(body()).then().statusCode(202).extract().jsonPath().getUUID("id");
      assertThat(JobApi.awaitEnd(job).getString("status")).isEqualTo("failed");
    } finally {
      Fault.CLONE.mend();
    }

    assertThat(tenants()).isZero();
    create();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "ümlaut", "tab\\t"})
  @Tag("T1")
  void refusesInvalidExternalId(String invalid) {
    String body = body().replace(externalId, invalid);
    String tenant = TENANTS + "/" + createTenant(newName());

    asAdmin()
        .body(body)
        .post(TENANTS)
        .then()
        .statusCode(422)
        .body("errors.field", contains("external_id"));
    asAdmin()
        .body("{\"external_id\": \"%s\"}".formatted(invalid))
        .patch(tenant)
        .then()
        .statusCode(422)
        .body("errors.field", contains("external_id"));
    asAdmin().body("{\"external_id\": 7}").patch(tenant).then().statusCode(422);
  }

  @Test
  @Tag("T11")
  void setsKeepsAndClearsExternalId() {
    String tenant = TENANTS + "/" + createTenant(name);
    String other = "{\"external_id\": \"other-%s\"}".formatted(externalId);
    String same = "{\"external_id\": \"%s\"}".formatted(externalId);

    asAdmin()
        .body(same)
        .patch(tenant)
        .then()
        .statusCode(200)
        .body("external_id", equalTo(externalId));
    asAdmin().body(same).patch(tenant).then().statusCode(200);
    asAdmin()
        .body("{\"metadata\": {\"plan\": \"gold\"}}")
        .patch(tenant)
        .then()
        .body("external_id", equalTo(externalId));
    asAdmin()
        .body(other)
        .patch(tenant)
        .then()
        .statusCode(409)
        .body("code", equalTo("EXTERNAL_ID_TAKEN"))
        .body("detail", endsWith("has the external id " + externalId + "; clear it first."));
    asAdmin()
        .body("{\"external_id\": null}")
        .patch(tenant)
        .then()
        .statusCode(200)
        .body("$", not(hasKey("external_id")));
    asAdmin().body(other).patch(tenant).then().statusCode(200);

    asAdmin()
        .queryParam("tenant_id", tenant.substring(TENANTS.length() + 1))
        .queryParam("outcome", "failed")
        .get("/api/v1/audit")
        .then()
        .body("items.code", hasItem("EXTERNAL_ID_TAKEN"));
  }

  @Test
  @Tag("T11")
  void refusesExternalIdOfAnotherTenant() {
    create();

    asAdmin()
        .body("{\"external_id\": \"%s\"}".formatted(externalId))
        .patch(TENANTS + "/" + createTenant(newName()))
        .then()
        .statusCode(409)
        .body("code", equalTo("EXTERNAL_ID_TAKEN"))
        .body("detail", containsString("Another tenant has the external id " + externalId));
  }
}
