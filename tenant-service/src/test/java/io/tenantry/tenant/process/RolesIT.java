package io.tenantry.tenant.process;

import static io.restassured.RestAssured.given;
import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.OpenIdProvider;
import io.tenantry.testing.ServiceProcess;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what: by the configured keys, and by tokens of an OpenID provider. */
class RolesIT {

  private static final String OPERATOR_KEY = "operator-key-of-the-tests";
  private static final String VIEWER_KEY = "viewer-key-of-the-tests";

  private static OpenIdProvider provider;
  private static ServiceProcess service;

  private static final String CONSOLE = "https://console.example.com";

  @BeforeAll
  static void start() {
    provider = new OpenIdProvider();
    service =
        ServiceProcess.start(
            Map.of(
                "TENANTRY_OPERATOR_KEY",
                OPERATOR_KEY,
                "TENANTRY_VIEWER_KEY",
                VIEWER_KEY,
                "OIDC_ENABLED",
                "true",
                "OIDC_ISSUER",
                provider.issuer(),
                "CORS_ENABLED",
                "true",
                "CORS_ORIGINS",
                CONSOLE));
  }

  @AfterAll
  static void stop() {
    service.close();
    provider.close();
  }

  private static String keyOf(String role) {
    return switch (role) {
      case "admin" -> LocalStack.shared().environment().get("TENANTRY_ADMIN_KEY");
      case "operator" -> OPERATOR_KEY;
      default -> VIEWER_KEY;
    };
  }

  private static String tokenOf(String role) {
    return given()
        .baseUri(provider.issuer())
        .formParam("grant_type", "client_credentials")
        .formParam("scope", role)
        .post("/token")
        .then()
        .statusCode(200)
        .extract()
        .path("access_token");
  }

  private static Response get(String credential, String path) {
    return get(service, credential, path);
  }

  private static Response get(ServiceProcess replica, String credential, String path) {
    return given().baseUri(replica.address().toString()).auth().oauth2(credential).get(path);
  }

  private static Response post(String credential, String path, String body) {
    return given()
        .baseUri(service.address().toString())
        .auth()
        .oauth2(credential)
        .contentType(ContentType.JSON)
        .body(body)
        .post(path);
  }

  @ParameterizedTest
  @CsvSource({"admin, 200, 201, 200", "operator, 200, 201, 403", "viewer, 200, 403, 403"})
  @Tag("P2")
  void permitsEachRoleOnlyItsOperations(String role, int look, int make, int administer) {
    for (String credential : new String[] {keyOf(role), tokenOf(role)}) {
      assertThat(get(credential, TENANTS).statusCode()).isEqualTo(look);
      assertThat(post(credential, TENANTS, body(newName())).statusCode()).isEqualTo(make);
      assertThat(get(credential, "/api/v1/orphans").statusCode()).isEqualTo(administer);
    }
  }

  @ParameterizedTest
  @CsvSource({"admin, 204", "operator, 403", "viewer, 403"})
  @Tag("P13")
  void onlyAnAdminPurgesADeletedTenant(String role, int purge) {
    String tenant = post(keyOf("admin"), TENANTS, body(newName())).path("tenant_id");
    given()
        .baseUri(service.address().toString())
        .auth()
        .oauth2(keyOf("operator"))
        .delete(TENANTS + "/" + tenant + "?final_backup=false")
        .then()
        .statusCode(204);

    assertThat(post(keyOf(role), TENANTS + "/" + tenant + "/purge", "").statusCode())
        .isEqualTo(purge);
  }

  @Test
  @Tag("P2")
  void permitsOnlyConfiguredOrigins() {
    assertThat(preflight(CONSOLE).header("Access-Control-Allow-Origin")).isEqualTo(CONSOLE);
    assertThat(preflight("https://elsewhere.example").header("Access-Control-Allow-Origin"))
        .isNull();
  }

  private static Response preflight(String origin) {
    return given()
        .baseUri(service.address().toString())
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "GET")
        .header("Access-Control-Request-Headers", "Authorization")
        .options(TENANTS);
  }

  @Test
  @Tag("P2")
  void refusesTokenWithoutRole() {
    Response answer = get(tokenOf("guest"), TENANTS);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.jsonPath().getString("code")).isEqualTo("FORBIDDEN");
  }

  @Tag("P13")
  @Test
  void mapsGroupToConfiguredRoleAndNotByName() {
    try (ServiceProcess renamed =
        ServiceProcess.start(
            Map.of(
                "OIDC_ENABLED",
                "true",
                "OIDC_ISSUER",
                provider.issuer(),
                "OIDC_ADMIN_GROUPS",
                "platform-team",
                "OIDC_OPERATOR_GROUPS",
                "on-call",
                "OIDC_VIEWER_GROUPS",
                "support,scope:read"))) {
      for (String group : new String[] {"admin", "operator", "viewer", "scope:write"}) {
        assertThat(get(renamed, provider.token(group), TENANTS).statusCode()).isEqualTo(403);
      }
      assertThat(get(renamed, provider.token("support"), TENANTS).statusCode()).isEqualTo(200);
      assertThat(get(renamed, provider.token("support"), "/api/v1/orphans").statusCode())
          .isEqualTo(403);
      assertThat(get(renamed, provider.token("platform-team"), "/api/v1/orphans").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  @Tag("P2")
  void refusesTokensThatAreForgedOrExpired() {
    String forged =
        OpenIdProvider.sign(
            OpenIdProvider.newKey(), provider.issuer(), "admin", Duration.ofMinutes(5));

    for (String token : new String[] {forged, provider.expired("admin"), "a.b.c"}) {
      Response answer = get(token, TENANTS);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.jsonPath().getString("code")).isEqualTo("UNAUTHENTICATED");
    }
  }

  @Test
  @Tag("P2")
  void refusesKeyOfTenantInAdminApi() {
    String key =
        post(keyOf("admin"), TENANTS, body(newName()).replace("}", ",\"api_keys\":{\"count\":1}}"))
            .path("api_keys[0].key");

    assertThat(get(key, TENANTS).statusCode()).isEqualTo(403);
    assertThat(get(key.substring(0, key.length() - 1) + "x", TENANTS).statusCode()).isEqualTo(401);
  }
}
