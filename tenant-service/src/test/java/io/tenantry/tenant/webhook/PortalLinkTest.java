package io.tenantry.tenant.webhook;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.apikey.ApiKeyApi;
import io.tenantry.testing.LocalStackResource;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the token of a portal link permits, and for how long. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("T23")
class PortalLinkTest {

  private UUID tenant;
  private String links;

  @BeforeEach
  void create() {
    tenant = createTenant(newName());
    links = TENANTS + "/" + tenant + "/portal-links";
  }

  @Test
  void tokenIsNoApiKeyToOtherServices() {
    String token = WebhookApi.portalToken(tenant);

    validate("{\"key\":\"%s\"}".formatted(token))
        .body("valid", equalTo(false), "reason", equalTo("missing_scope"));
    validate("{\"key\":\"%s\",\"scope\":\"read\"}".formatted(token))
        .body("valid", equalTo(false), "reason", equalTo("missing_scope"));
    validate("{\"key\":\"%s\",\"scope\":\"portal\"}".formatted(token)).body("valid", equalTo(true));
  }

  private static ValidatableResponse validate(String body) {
    return asAdmin().body(body).post("/api/v1/api-keys/validate").then().statusCode(200);
  }

  @Test
  void endsWithKeyThatCreatedIt() {
    String key = WebhookApi.key(tenant, "webhooks");
    String token =
        WebhookApi.with(key).body("{}").post(links).then().statusCode(201).extract().path("token");
    String ofOperator = WebhookApi.portalToken(tenant);
    expect(token, 200);
    String keyId =
        Postgres.value(
            Postgres.CONTROL,
            "SELECT key_id FROM control_plane.api_keys WHERE tenant_id = '%s' AND name = 'webhooks'"
                .formatted(tenant));

    asAdmin().delete(ApiKeyApi.path(tenant) + "/" + keyId).then().statusCode(204);

    expect(token, 401);
    expect(ofOperator, 200);
  }

  @Test
  void expiresWithKeyThatCreatedIt() {
    String key = WebhookApi.key(tenant, "webhooks");
    String token =
        WebhookApi.with(key).body("{}").post(links).then().statusCode(201).extract().path("token");

    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.api_keys SET expires_at = now() WHERE tenant_id = '%s'"
            .formatted(tenant));

    expect(token, 401);
  }

  @Test
  void revokesAllLinksOfTenantAlone() {
    String token = WebhookApi.portalToken(tenant);
    UUID other = createTenant(newName());
    String ofOther = WebhookApi.portalToken(other);
    expect(token, 200);
    WebhookApi.with(ofOther).delete(links).then().statusCode(403);
    WebhookApi.with(token).delete(links).then().statusCode(403);

    WebhookApi.with(WebhookApi.key(tenant, "webhooks")).delete(links).then().statusCode(204);

    expect(token, 401);
    WebhookApi.with(ofOther).get(WebhookApi.of(other) + "/endpoints").then().statusCode(200);
  }

  /** The scope could be given to keys before portal links existed. */
  @Test
  void keyWithScopeOfTheSameNameIsNoLink() {
    String key = WebhookApi.key(tenant, "other");
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.api_keys SET scopes = ARRAY['portal', 'other'] WHERE tenant_id = '%s'"
            .formatted(tenant));

    expect(key, 403);
  }

  private void expect(String key, int status) {
    await()
        .untilAsserted(
            () ->
                WebhookApi.with(key)
                    .get(WebhookApi.of(tenant) + "/endpoints")
                    .then()
                    .statusCode(status));
  }
}
