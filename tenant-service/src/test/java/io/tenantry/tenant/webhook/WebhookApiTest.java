package io.tenantry.tenant.webhook;

import static io.restassured.RestAssured.given;
import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The REST API of webhooks; nothing is sent. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(ReceiverResource.class)
@Tag("T23")
class WebhookApiTest {

  private static final String SECRET = "whsec_" + "A".repeat(32);

  private static String url() {
    return "http://127.0.0.1:%s/"
        .formatted(ConfigProvider.getConfig().getValue(ReceiverResource.PORT, String.class));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                    | url
          {"url":"%1$s","event_types":["tenant.invented"]}      | event_types
          {"url":"%1$s","event_types":["campaign.finished"]}    | event_types
          {"url":"%1$s","tenant_ids":["%2$s"]}                  | tenant_ids
          {"url":"%1$s","rate_limit":0}                         | rateLimit
          {"url":"%1$s","headers":{"webhook-id":"x"}}           | headers
          {"url":"%1$s","headers":{"Host":"x"}}                 | headers
          {"url":"%1$s","secret":"whsec_QUJD"}                  | secret
          {"url":"%1$s","secret":"password"}                    | secret
          {"url":"%1$s","algorithm":"ed25519","secret":"%3$s"}  | secret
          """)
  void namesInvalidField(String body, String field) {
    UUID tenant = createTenant(newName());

    asAdmin()
        .body(body.formatted(url(), tenant, SECRET))
        .post(WebhookApi.of(tenant) + "/endpoints")
        .then()
        .statusCode(422)
        .body("code", equalTo("VALIDATION_FAILED"))
        .body("errors[0].field", startsWith(field.equals("rateLimit") ? "rate_limit" : field));
  }

  @ParameterizedTest
  @CsvSource({"http://localhost/", "http://169.254.169.254/", "ftp://a.example/", "nonsense"})
  void refusesAddressesInside(String url) {
    asAdmin()
        .body(Map.of("url", url))
        .post(WebhookApi.OPERATOR + "/endpoints")
        .then()
        .statusCode(422)
        .body("code", equalTo("OUTBOUND_ADDRESS_REFUSED"));
  }

  @Test
  void usesSuppliedSecret() {
    UUID tenant = createTenant(newName());

    JsonPath created = WebhookApi.create(WebhookApi.of(tenant), url(), Map.of("secret", SECRET));

    assertThat(created.getString("secret")).isEqualTo(SECRET);
  }

  @Test
  void showsPublicKeyInsteadOfSecretOfEd25519() {
    UUID tenant = createTenant(newName());

    JsonPath created =
        WebhookApi.create(WebhookApi.of(tenant), url(), Map.of("algorithm", "ed25519"));

    assertThat(created.getString("secret")).isNull();
    assertThat(created.getString("endpoint.public_key")).startsWith("whpk_");
    assertThat(created.prettify()).doesNotContain("whsk_");
  }

  @Test
  void showsSecretOnlyOnce() {
    UUID tenant = createTenant(newName());
    String webhooks = WebhookApi.of(tenant);
    JsonPath created = WebhookApi.create(webhooks, url(), Map.of());
    String secret = created.getString("secret");

    assertThat(secret).startsWith("whsec_");
    assertThat(WebhookApi.show(webhooks, created.getString("endpoint.endpoint_id")).prettify())
        .doesNotContain(secret);
    assertThat(asAdmin().get(webhooks + "/endpoints").asString()).doesNotContain(secret);
  }

  @Test
  void repeatsAnswerForTheSameIdempotencyKey() {
    UUID tenant = createTenant(newName());
    String webhooks = WebhookApi.of(tenant);
    String key = UUID.randomUUID().toString();
    Map<String, Object> body = Map.of("url", url());

    String first = post(webhooks, key, body);
    String second = post(webhooks, key, body);

    assertThat(second).isEqualTo(first);
    asAdmin().get(webhooks + "/endpoints").then().body("items.size()", equalTo(1));
  }

  private static String post(String webhooks, String key, Map<String, Object> body) {
    return asAdmin()
        .header("Idempotency-Key", key)
        .body(body)
        .post(webhooks + "/endpoints")
        .then()
        .statusCode(201)
        .extract()
        .path("secret");
  }

  @Test
  void limitsEndpointsOfOneTenant() {
    UUID tenant = createTenant(newName());
    for (int n = 0; n < 20; n++) {
      WebhookApi.endpoint(WebhookApi.of(tenant), url(), Map.of());
    }

    asAdmin()
        .body(Map.of("url", url()))
        .post(WebhookApi.of(tenant) + "/endpoints")
        .then()
        .statusCode(409)
        .body("code", equalTo("QUOTA_EXCEEDED"));
  }

  @Test
  void listsInPages() {
    UUID tenant = createTenant(newName());
    String webhooks = WebhookApi.of(tenant);
    List<String> ids =
        List.of(
            WebhookApi.endpoint(webhooks, url(), Map.of()),
            WebhookApi.endpoint(webhooks, url(), Map.of()),
            WebhookApi.endpoint(webhooks, url(), Map.of()));

    String next =
        asAdmin()
            .get(webhooks + "/endpoints?limit=2")
            .then()
            .body("items.endpoint_id", contains(ids.get(0), ids.get(1)))
            .extract()
            .path("next");
    asAdmin()
        .get(webhooks + "/endpoints?limit=2&after=" + next)
        .then()
        .body("items.endpoint_id", contains(ids.get(2)))
        .body("next", nullValue());
  }

  @Test
  void changesOnlyWhatTheRequestNames() {
    UUID tenant = createTenant(newName());
    String webhooks = WebhookApi.of(tenant);
    Map<String, Object> settings = new HashMap<>();
    settings.put("description", "first");
    settings.put("event_types", List.of("tenant.suspended"));
    settings.put("rate_limit", 7);
    settings.put("headers", Map.of("X-Key", "1"));
    String endpoint = WebhookApi.endpoint(webhooks, url(), settings);

    asAdmin()
        .body(Map.of("description", "second", "rate_limit", 0))
        .patch(webhooks + "/endpoints/" + endpoint)
        .then()
        .statusCode(200)
        .body("description", equalTo("second"))
        .body("rate_limit", nullValue())
        .body("event_types", contains("tenant.suspended"))
        .body("header_names", contains("X-Key"))
        .body("url", equalTo(url()));
  }

  @Test
  void rotatesToAnotherAlgorithm() {
    UUID tenant = createTenant(newName());
    String webhooks = WebhookApi.of(tenant);
    String endpoint = WebhookApi.endpoint(webhooks, url(), Map.of());

    asAdmin()
        .body(Map.of("algorithm", "ed25519"))
        .post(webhooks + "/endpoints/" + endpoint + "/rotate-secret")
        .then()
        .statusCode(200)
        .body("endpoint.algorithm", equalTo("ed25519"))
        .body("endpoint.public_key", startsWith("whpk_"))
        .body("secret", nullValue());
  }

  @Test
  void encryptsSecretsWithTheNewestKey() {
    WebhookApi.endpoint(WebhookApi.OPERATOR, url(), Map.of());

    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                """
                SELECT DISTINCT encryption_key_id
                FROM control_plane.webhook_endpoints
                WHERE status <> 'deleted'
                """))
        .hasSize(1)
        .doesNotContainNull();
  }

  @Test
  void describesEventTypes() {
    asAdmin()
        .get(WebhookApi.OPERATOR + "/event-types")
        .then()
        .statusCode(200)
        .body("items.type", hasItem("tenant.provisioned"))
        .body(
            "items.find { it.type == 'backup.failed' }.schema.properties.data.required",
            containsInAnyOrder("tenant_id", "backup_id", "kind", "code"))
        .body("items.find { it.type == 'backup.failed' }.example.data.code", notNullValue())
        .body("items.find { it.type == 'campaign.halted' }.operator_only", equalTo(true));
  }

  @ParameterizedTest
  @CsvSource({
    "status=unknown, status",
    "from=yesterday, from",
    "endpoint_id=1, endpoint_id",
    "limit=0, limit"
  })
  void refusesInvalidFilters(String query, String field) {
    asAdmin()
        .get(WebhookApi.OPERATOR + "/deliveries?" + query)
        .then()
        .statusCode(422)
        .body("errors[0].field", containsString(field));
  }

  @Test
  void refusesPeriodThatEndsBeforeItStarts() {
    UUID tenant = createTenant(newName());
    String webhooks = WebhookApi.of(tenant);
    String endpoint = WebhookApi.endpoint(webhooks, url(), Map.of());

    asAdmin()
        .body(
            Map.of(
                "since", Instant.now().toString(),
                "until", Instant.now().minusSeconds(5).toString()))
        .post(webhooks + "/endpoints/" + endpoint + "/recover")
        .then()
        .statusCode(422);
  }

  @Test
  void knowsNoEndpointOfAnUnknownId() {
    for (String path : List.of("/endpoints/", "/deliveries/")) {
      asAdmin().get(WebhookApi.OPERATOR + path + UUID.randomUUID()).then().statusCode(404);
    }
  }

  @Test
  void givesPortalLinksOnlyForOriginsThatTheOperatorNamed() {
    UUID tenant = createTenant(newName());
    String links = TENANTS + "/" + tenant + "/portal-links";

    asAdmin()
        .body(Map.of("parent_origin", "https://evil.example"))
        .post(links)
        .then()
        .statusCode(422)
        .body("errors[0].field", equalTo("parent_origin"));
    asAdmin()
        .body(Map.of("lifetime_seconds", 60))
        .post(links)
        .then()
        .statusCode(201)
        .body("token", startsWith("portal_"))
        .body("tenant_id", equalTo(tenant.toString()));
  }

  @Test
  void refusesExpiredPortalLink() {
    UUID tenant = createTenant(newName());
    String token = WebhookApi.portalToken(tenant);

    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.portal_links SET expires_at = now() WHERE tenant_id = '%s'"
            .formatted(tenant));

    given()
        .header("X-API-Key", token)
        .get(WebhookApi.of(tenant) + "/endpoints")
        .then()
        .statusCode(401);
  }

  @Test
  void givesPortalLinkNoOtherAccess() {
    UUID tenant = createTenant(newName());
    String token = WebhookApi.portalToken(tenant);

    for (String path : List.of("", "/api-keys", "/quotas", "/services")) {
      given().header("X-API-Key", token).get(TENANTS + "/" + tenant + path).then().statusCode(403);
    }
  }
}
