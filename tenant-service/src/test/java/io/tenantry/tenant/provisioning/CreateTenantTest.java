package io.tenantry.tenant.provisioning;

import static io.restassured.RestAssured.given;
import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.adminKey;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code POST /api/v1/tenants} takes and answers. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class CreateTenantTest {

  @Test
  @Tag("smoke")
  @Tag("T1")
  void answersWithTheActiveTenant() {
    String name = newName();
    ValidatableResponse answer =
        asAdmin()
            .body(
                """
                {"name": "%s", "environment": "staging", "blueprint": "car", "region": "us-east-1",
                 "services": ["auth", "storage"], "api_keys": {"count": 2, "prefix": "acme"},
                 "owner_id": "ada", "organization_id": "acme", "metadata": {"plan": "gold"}}
                """
                    .formatted(name))
            .post(TENANTS)
            .then()
            .statusCode(201)
            .body("name", equalTo(name))
            .body("environment", equalTo("staging"))
            .body("status", equalTo("active"))
            .body("services", contains("auth", "storage"))
            .body("owner_id", equalTo("ada"))
            .body("organization_id", equalTo("acme"))
            .body("metadata.plan", equalTo("gold"))
            .body("api_keys", hasSize(2))
            .body("api_keys.key", everyItem(matchesPattern("acme_\\d{13}_[0-9a-f]{48}")))
            .body("api_keys[0].scopes", contains("read", "write"));

    String id = answer.extract().path("tenant_id");
    answer.header("Location", endsWith(TENANTS + "/" + id));
    asAdmin()
        .get(TENANTS + "/" + id)
        .then()
        .statusCode(200)
        .body("status", equalTo("active"))
        .body(
            "provisioning.step",
            contains("role", "database", "grants", "verification", "services", "activation"))
        .body("provisioning.status", everyItem(equalTo("completed")))
        .body("$", not(org.hamcrest.Matchers.hasKey("api_keys")));
    assertThat(
            Postgres.value(
                Postgres.CONTROL,
                "SELECT count(*) FROM control_plane.api_keys WHERE tenant_id = ?",
                UUID.fromString(id)))
        .isEqualTo("2");
  }

  @Test
  @Tag("T1")
  void namesEveryInvalidFieldAtOnce() {
    refused(
            """
            {"name": "no spaces", "environment": "moon", "blueprint": "none", "region": "mars",
             "services": ["auth", "mail"], "api_keys": {"count": 0, "colour": "red"}, "owner_id": "",
             "metadata": {"a": "\\u0000"}, "colour": "red"}
            """,
            422)
        .body("code", equalTo("VALIDATION_FAILED"))
        .body("retryable", equalTo(false))
        .body(
            "errors.field",
            containsInAnyOrder(
                "name",
                "environment",
                "blueprint",
                "region",
                "services[1]",
                "api_keys.count",
                "api_keys.colour",
                "owner_id",
                "metadata.a",
                "colour"))
        .body(
            "errors.find { it.field == 'environment' }.message",
            equalTo("must be one of development, staging, production"))
        .body("errors.find { it.field == 'colour' }.message", equalTo("is not a known field"));
  }

  @Test
  @Tag("T1")
  void namesMissingFields() {
    refused("{}", 422).body("errors.field", contains("environment", "name"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "\"name\"",
        "{\"name\":\"a\",}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"name\":\"a\"} {}",
        "<xml/>",
        "\u00ff\u00fe"
      })
  @Tag("T1")
  void refusesMalformedJson(String body) {
    int expected = body.equals("\"name\"") ? 422 : 400;
    refused(body, expected)
        .body("code", equalTo(expected == 400 ? "MALFORMED_JSON" : "VALIDATION_FAILED"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\": 5, \"environment\": \"production\"}",
        "{\"name\": [\"a\"], \"environment\": \"production\"}",
        "{\"name\": null, \"environment\": \"production\"}",
        "{\"name\": \"\", \"environment\": \"production\"}",
        "{\"name\": \"a\\nb\", \"environment\": \"production\"}",
        "{\"name\": \"'; DROP TABLE tenants; --\", \"environment\": \"production\"}"
      })
  @Tag("T1")
  void refusesInvalidName(String body) {
    refused(body, 422).body("errors.field", contains("name"));
  }

  @Test
  @Tag("T1")
  void acceptsNamesUpTo255Characters() {
    String longest = (newName() + "x".repeat(255)).substring(0, 255);
    createTenant(longest);
    refused(body(longest + "x"), 422);
  }

  @Test
  @Tag("T1")
  void refusesTakenNameBeforeCreatingAnything() {
    String name = newName();
    createTenant(name);
    List<String> before = Postgres.tenantDatabases();

    refused(body(name), 409).body("code", equalTo("TENANT_NAME_TAKEN"));

    assertThat(Postgres.tenantDatabases()).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  @Tag("T1")
  void acceptsSameNameInAnotherEnvironment() {
    String name = newName();
    createTenant(name);
    asAdmin()
        .body(body(name).replace("production", "staging"))
        .post(TENANTS)
        .then()
        .statusCode(201);
  }

  @Test
  @Tag("T19")
  void refusesRequestAboveQuota() {
    String name = newName();
    refused(
            """
            {"name": "%s", "environment": "production", "api_keys": {"count": 11}}
            """
                .formatted(name),
            409)
        .body("code", equalTo("QUOTA_EXCEEDED"));
  }

  @Test
  @Tag("T19")
  void reportsRegionWithoutCluster() {
    refused(
            """
            {"name": "%s", "environment": "production", "region": "eu-west-1"}
            """
                .formatted(newName()),
            503)
        .header("Retry-After", "5")
        .body("code", equalTo("REGION_UNAVAILABLE"))
        .body("retryable", equalTo(true));
  }

  @Test
  @Tag("T19")
  void answersEveryRefusalAsProblemDetail() {
    given()
        .auth()
        .oauth2(adminKey())
        .contentType("text/plain")
        .body("name")
        .post(TENANTS)
        .then()
        .statusCode(415)
        .contentType("application/problem+json")
        .body("code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    asAdmin()
        .put(TENANTS)
        .then()
        .statusCode(405)
        .contentType("application/problem+json")
        .body("code", equalTo("METHOD_NOT_ALLOWED"));
    asAdmin()
        .get("/api/v1/nothing")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("code", equalTo("NOT_FOUND"));
    asAdmin()
        .get(TENANTS + "/no-uuid")
        .then()
        .statusCode(404)
        .contentType("application/problem+json");
    asAdmin()
        .get(TENANTS + "/" + UUID.randomUUID())
        .then()
        .statusCode(404)
        .body("code", equalTo("TENANT_NOT_FOUND"));
    asAdmin()
        .accept("text/html")
        .get(TENANTS)
        .then()
        .statusCode(406)
        .contentType("application/problem+json")
        .body("code", equalTo("NOT_ACCEPTABLE"));
    asAdmin().body(body("a".repeat(2_000_000))).post(TENANTS).then().statusCode(413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer", "Bearer wrong", "Basic YWRtaW46YWRtaW4=", "Bearer  "})
  @Tag("P2")
  void refusesOtherCredentials(String authorization) {
    var request = given().contentType(ContentType.JSON).body(body(newName()));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    request
        .post(TENANTS)
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", "Bearer")
        .contentType("application/problem+json")
        .body("code", equalTo("UNAUTHENTICATED"));
  }

  private static ValidatableResponse refused(String body, int status) {
    return asAdmin()
        .body(body)
        .post(TENANTS)
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", equalTo(status));
  }
}
