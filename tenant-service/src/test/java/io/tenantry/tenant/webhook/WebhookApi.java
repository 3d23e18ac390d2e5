package io.tenantry.tenant.webhook;

import static io.restassured.RestAssured.given;
import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import io.tenantry.tenant.apikey.ApiKeyApi;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Webhooks as an operator and as tenants of the tests use them. */
public final class WebhookApi {

  public static final String OPERATOR = "/api/v1/webhooks";

  private WebhookApi() {}

  /** The path of a tenant's webhooks. */
  public static String of(UUID tenantId) {
    return TENANTS + "/" + tenantId + "/webhooks";
  }

  /** Creates an endpoint; returns the response. */
  public static JsonPath create(String webhooks, String url, Map<String, Object> settings) {
    return create(asAdmin(), webhooks, url, settings);
  }

  public static JsonPath create(
      RequestSpecification caller, String webhooks, String url, Map<String, Object> settings) {
    Map<String, Object> body = new HashMap<>(settings);
    body.put("url", url);
    return caller
        .body(body)
        .post(webhooks + "/endpoints")
        .then()
        .statusCode(201)
        .extract()
        .jsonPath();
  }

  /** Creates an endpoint; returns its id. */
  public static String endpoint(String webhooks, String url, Map<String, Object> settings) {
    return create(webhooks, url, settings).getString("endpoint.endpoint_id");
  }

  public static JsonPath show(String webhooks, String endpointId) {
    return asAdmin()
        .get(webhooks + "/endpoints/" + endpointId)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  /** The deliveries of an endpoint, newest first. */
  public static List<Map<String, Object>> deliveries(String webhooks, String endpointId) {
    return asAdmin()
        .queryParam("endpoint_id", endpointId)
        .get(webhooks + "/deliveries")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getList("items");
  }

  public static JsonPath delivery(String webhooks, Object deliveryId) {
    return asAdmin()
        .get(webhooks + "/deliveries/" + deliveryId)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  /** A new API key of a tenant with these scopes. */
  public static String key(UUID tenantId, String... scopes) {
    return asAdmin()
        .body(Map.of("name", "webhooks", "scopes", List.of(scopes)))
        .post(ApiKeyApi.path(tenantId))
        .then()
        .statusCode(201)
        .extract()
        .path("key");
  }

  /** The token of a new portal link of a tenant. */
  public static String portalToken(UUID tenantId) {
    return asAdmin()
        .body("{}")
        .post(TENANTS + "/" + tenantId + "/portal-links")
        .then()
        .statusCode(201)
        .extract()
        .path("token");
  }

  /** A request with a tenant's API key or the token of a portal link. */
  public static RequestSpecification with(String key) {
    return given().header("X-API-Key", key).contentType(ContentType.JSON);
  }
}
