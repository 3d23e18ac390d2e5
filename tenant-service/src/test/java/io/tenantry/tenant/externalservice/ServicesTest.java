package io.tenantry.tenant.externalservice;

import static io.restassured.RestAssured.given;
import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.externalservice.HttpService.Behaviour;
import io.tenantry.testing.LocalStackResource;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tenants are registered with services over HTTP, however these behave. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(HttpServicesResource.class)
class ServicesTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @AfterEach
  void succeed() {
    behave(Behaviour.SUCCEED);
  }

  @Test
  @Tag("T15")
  void registersWithConfiguredServiceAndRecordsOthersByPattern() {
    String name = newName();

    UUID tenant = UUID.fromString(create(name).then().statusCode(201).extract().path("tenant_id"));

    asAdmin()
        .get(path(tenant))
        .then()
        .statusCode(200)
        .body("items.type", contains("auth", "storage"))
        .body("items.status", contains("active", "active"))
        .body("items.registered", contains(true, false))
        .body(
            "items.endpoint",
            contains(
                "https://auth.example.com/tenants/" + tenant,
                "https://storage.tenantry.internal/" + tenant));
    assertThat(registered(tenant)).contains("\"name\":\"" + name + "\"").contains("production");
  }

  @Test
  @Tag("T15")
  void retriesTransientFailure() {
    behave(Behaviour.FAIL_ONCE);

    create(newName()).then().statusCode(201);

    assertThat(requests("PUT")).hasSize(2);
  }

  /** {@link ServiceClientTest} has the other ways to fail. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"FAIL", "HANG"})
  @Tag("T15")
  void undoesTenantWhenServiceFails(Behaviour behaviour) {
    String name = newName();
    List<String> databases = Postgres.tenantDatabases();
    behave(behaviour);

    create(name)
        .then()
        .statusCode(502)
        .contentType("application/problem+json")
        .body("code", equalTo("SERVICE_REGISTRATION_FAILED"))
        .body("detail", containsString("stays reserved"));
    assertThat(requests("PUT")).hasSize(2);

    behave(Behaviour.SUCCEED);
    await()
        .atMost(LIMIT)
        .until(
            () ->
                Postgres.column(
                        Postgres.CONTROL,
                        "SELECT 1 FROM control_plane.tenants WHERE name = ?",
                        name)
                    .isEmpty());
    assertThat(requests("DELETE")).isNotEmpty();
    assertThat(Postgres.tenantDatabases()).hasSameElementsAs(databases);
    create(name).then().statusCode(201);
  }

  @Test
  @Tag("T15")
  void deregistersDeletedTenant() {
    UUID tenant = UUID.fromString(create(newName()).path("tenant_id"));
    assertThat(registered(tenant)).isNotEmpty();

    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);

    assertThat(registered(tenant)).isEmpty();
    assertThat(requests("DELETE")).contains("DELETE /tenants/" + tenant);
  }

  @Test
  @Tag("T15")
  void registersDisablesAndRemovesServicesWithinQuota() {
    UUID tenant = createTenant(newName());
    asAdmin().body("{\"services\":1}").patch(TENANTS + "/" + tenant + "/quotas");

    asAdmin()
        .put(path(tenant) + "/auth")
        .then()
        .statusCode(200)
        .body("status", equalTo("active"))
        .body("registered", equalTo(true));
    asAdmin().put(path(tenant) + "/auth").then().statusCode(200);
    asAdmin()
        .put(path(tenant) + "/storage")
        .then()
        .statusCode(409)
        .body("code", equalTo("QUOTA_EXCEEDED"));
    asAdmin().put(path(tenant) + "/mail").then().statusCode(422);

    asAdmin()
        .post(path(tenant) + "/auth/disable")
        .then()
        .statusCode(200)
        .body("status", equalTo("disabled"));
    asAdmin().post(path(tenant) + "/auth/enable").then().body("status", equalTo("active"));
    asAdmin()
        .post(path(tenant) + "/realtime/disable")
        .then()
        .statusCode(404)
        .body("code", equalTo("SERVICE_NOT_FOUND"));

    asAdmin().delete(path(tenant) + "/auth").then().statusCode(204);
    asAdmin().delete(path(tenant) + "/auth").then().statusCode(204);
    assertThat(registered(tenant)).isEmpty();
    asAdmin().get(path(tenant)).then().body("items", hasSize(0));
  }

  @Test
  @Tag("T15")
  void resumesFailedRegistrationWhenRepeated() {
    UUID tenant = createTenant(newName());
    behave(Behaviour.FAIL);
    asAdmin()
        .put(path(tenant) + "/auth")
        .then()
        .statusCode(502)
        .body("code", equalTo("SERVICE_REGISTRATION_FAILED"))
        .body("retryable", equalTo(true));
    asAdmin().get(path(tenant)).then().body("items.status", contains("pending"));

    behave(Behaviour.SUCCEED);

    asAdmin().put(path(tenant) + "/auth").then().statusCode(200).body("status", equalTo("active"));
  }

  @Test
  @Tag("T15")
  void checksHealthOnSchedule() {
    UUID tenant = UUID.fromString(create(newName()).path("tenant_id"));
    behave(Behaviour.BE_ILL);
    awaitHealth(tenant, "error");
    asAdmin().get(path(tenant)).then().body("items[0].error", equalTo("responded with status 500"));

    behave(Behaviour.SUCCEED);
    awaitHealth(tenant, "active");

    asAdmin().post(path(tenant) + "/auth/disable").then().statusCode(200);
    behave(Behaviour.BE_ILL);
    UUID other = UUID.fromString(create(newName()).path("tenant_id"));
    awaitHealth(other, "error");
    asAdmin().get(path(tenant)).then().body("items[0].status", equalTo("disabled"));
  }

  private static void awaitHealth(UUID tenant, String status) {
    await()
        .atMost(LIMIT)
        .until(() -> asAdmin().get(path(tenant)).<String>path("items[0].status").equals(status));
  }

  private static Response create(String name) {
    return asAdmin()
        .body(
            "{\"name\":\"%s\",\"environment\":\"production\",\"services\":[\"auth\",\"storage\"]}"
                .formatted(name))
        .post(TENANTS);
  }

  private static String path(UUID tenant) {
    return TENANTS + "/" + tenant + "/services";
  }

  private static void behave(Behaviour behaviour) {
    given().body(behaviour.name()).post(service() + "/control").then().statusCode(204);
  }

  private static List<String> requests(String method) {
    return given()
        .get(service() + "/control")
        .asString()
        .lines()
        .takeWhile(line -> !line.equals("--"))
        .filter(line -> line.startsWith(method + " "))
        .toList();
  }

  /** What the service was told of the tenant. */
  private static String registered(UUID tenant) {
    return given()
        .get(service() + "/control")
        .asString()
        .lines()
        .dropWhile(line -> !line.equals("--"))
        .filter(line -> line.contains(tenant.toString()))
        .findFirst()
        .orElse("");
  }

  private static String service() {
    return ConfigProvider.getConfig().getValue("AUTH_SERVICE_URL", String.class);
  }
}
