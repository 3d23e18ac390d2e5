package io.tenantry.tenant.apikey;

import static io.restassured.RestAssured.given;
import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;

import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.Map;
import java.util.UUID;

/** API keys as an admin of the tests uses them. */
public final class ApiKeyApi {

  private ApiKeyApi() {}

  /** A key at the moment when it is shown. */
  public record Key(String id, String secret) {}

  public static String path(UUID tenant) {
    return TENANTS + "/" + tenant + "/api-keys";
  }

  public static String path(UUID tenant, Key key) {
    return path(tenant) + "/" + key.id();
  }

  public static Key create(UUID tenant) {
    return key(
        asAdmin()
            .body("{\"name\":\"backend\"}")
            .post(path(tenant))
            .then()
            .statusCode(201)
            .extract()
            .response());
  }

  public static Key rotate(UUID tenant, Key key, int overlapSeconds) {
    return key(
        asAdmin()
            .body("{\"overlap_seconds\":%d}".formatted(overlapSeconds))
            .post(path(tenant, key) + "/rotate")
            .then()
            .statusCode(201)
            .extract()
            .response());
  }

  private static Key key(Response response) {
    return new Key(response.path("key_id"), response.path("key"));
  }

  public static ValidatableResponse validate(String secret) {
    return asAdmin()
        .body(Map.of("key", secret))
        .post("/api/v1/api-keys/validate")
        .then()
        .statusCode(200);
  }

  /** What a service answers to a caller with this key on a path of the admin API. */
  public static int present(String secret) {
    return given().header("X-API-Key", secret).get(TENANTS).statusCode();
  }
}
