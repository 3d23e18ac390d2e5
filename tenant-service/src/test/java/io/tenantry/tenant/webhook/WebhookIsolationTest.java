package io.tenantry.tenant.webhook;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Walks every operation of the OpenAPI document that has to do with webhooks: a tenant sees and
 * changes its own endpoints alone.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(ReceiverResource.class)
@Tag("T23")
class WebhookIsolationTest {

  private static Receiver receiver;

  @BeforeAll
  static void start() throws IOException {
    receiver =
        new Receiver(ConfigProvider.getConfig().getValue(ReceiverResource.PORT, Integer.class));
  }

  @AfterAll
  static void stop() {
    receiver.close();
  }

  /** What a tenant authenticates with. */
  private enum Credential {
    API_KEY,
    PORTAL_TOKEN
  }

  private record Operation(String method, String path) {

    boolean isOfTenant() {
      return path.startsWith(TENANTS);
    }

    boolean isPortalLink() {
      return path.endsWith("/portal-links");
    }

    /** The catalog is the same for all. */
    boolean isCatalog() {
      return path.endsWith("/event-types");
    }

    Response send(RequestSpecification caller, Holdings target) {
      return caller
          .pathParams(parameters(target))
          .body(body())
          .request(method, path)
          .then()
          .extract()
          .response();
    }

    private Map<String, Object> parameters(Holdings target) {
      Map<String, Object> all =
          Map.of(
              "tenant_id", target.tenant(),
              "endpoint_id", target.endpoint(),
              "delivery_id", target.delivery());
      Map<String, Object> used = new HashMap<>(all);
      used.keySet().removeIf(name -> !path.contains("{" + name + "}"));
      return used;
    }

    private Map<String, Object> body() {
      String last = path.substring(path.lastIndexOf('/') + 1);
      return switch (method + " " + last) {
        case "POST endpoints" -> Map.of("url", receiver.url(200));
        case "PATCH {endpoint_id}" -> Map.of("description", "changed");
        case "POST recover", "POST replay" -> Map.of("since", Instant.now().minusSeconds(60));
        default -> Map.of();
      };
    }
  }

  /** A tenant's id, and an endpoint and a delivery of its own. */
  private record Holdings(UUID tenant, String endpoint, String delivery) {

    static Holdings create() {
      UUID tenant = createTenant(newName());
      return create(tenant, WebhookApi.of(tenant));
    }

    static Holdings create(UUID tenant, String webhooks) {
      String endpoint = WebhookApi.endpoint(webhooks, receiver.url(200), Map.of());
      asAdmin().post(TENANTS + "/" + tenant + "/suspend").then().statusCode(200);
      asAdmin().post(TENANTS + "/" + tenant + "/resume").then().statusCode(200);
      Object delivery =
          await()
              .until(() -> WebhookApi.deliveries(webhooks, endpoint), found -> found.size() >= 2)
              .getFirst()
              .get("delivery_id");
      return new Holdings(tenant, endpoint, delivery.toString());
    }

    String credential(Credential kind) {
      return switch (kind) {
        case API_KEY -> WebhookApi.key(tenant, "webhooks");
        case PORTAL_TOKEN -> WebhookApi.portalToken(tenant);
      };
    }
  }

  private static List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    JsonPath api = asAdmin().get("/q/openapi?format=json").then().extract().jsonPath();
    Map<String, Map<String, Object>> paths = api.getMap("paths");
    paths.forEach(
        (path, item) -> {
          if (path.contains("/webhooks") || path.contains("/portal")) {
            List.of("get", "post", "put", "patch", "delete").stream()
                .filter(item::containsKey)
                .map(method -> new Operation(method.toUpperCase(Locale.ROOT), path))
                .forEach(operations::add);
          }
        });
    // Last what removes the endpoint that the others need.
    operations.sort(Comparator.comparing(each -> each.method().equals("DELETE")));
    return operations;
  }

  @Test
  void findsTheOperations() {
    assertThat(operations()).hasSizeGreaterThanOrEqualTo(29);
  }

  @ParameterizedTest
  @EnumSource
  void permitsEachOperationOnWhatIsItsOwn(Credential kind) {
    Holdings own = Holdings.create();
    String key = own.credential(kind);

    for (Operation operation : operations()) {
      int status = operation.send(WebhookApi.with(key), own).statusCode();

      boolean permitted =
          operation.isCatalog()
              || (operation.isOfTenant()
                  && !(operation.isPortalLink() && kind == Credential.PORTAL_TOKEN));
      assertThat(status / 100 == 2).as("%s: %d", operation, status).isEqualTo(permitted);
      assertThat(permitted || status == 403).as("%s: %d", operation, status).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesEachOperationOnWhatBelongsToAnother(Credential kind) {
    Holdings own = Holdings.create();
    Holdings other = Holdings.create();
    Holdings operators = Holdings.create(other.tenant(), WebhookApi.OPERATOR);
    String key = own.credential(kind);
    List<String> before = rows(other, operators);

    for (Operation operation : operations()) {
      if (operation.isCatalog()) {
        continue;
      }
      assertThat(operation.send(WebhookApi.with(key), other).statusCode())
          .as(operation.toString())
          .isEqualTo(403);
      for (Holdings foreign : List.of(other, operators)) {
        if (operation.path().contains("{endpoint_id}")
            || operation.path().contains("{delivery_id}")) {
          Holdings mixed = new Holdings(own.tenant(), foreign.endpoint(), foreign.delivery());
          assertThat(operation.send(WebhookApi.with(key), mixed).statusCode())
              .as("%s with another's id", operation)
              .isEqualTo(operation.isOfTenant() ? 404 : 403);
        }
      }
    }

    assertThat(rows(other, operators)).isEqualTo(before);
  }

  private static List<String> rows(Holdings... holdings) {
    List<String> rows = new ArrayList<>();
    for (Holdings each : holdings) {
      rows.addAll(
          Postgres.column(
              Postgres.CONTROL,
              """
              SELECT concat_ws(' ', url, description, status, secrets_encrypted, header_names,
                updated_at)
              FROM control_plane.webhook_endpoints
              WHERE endpoint_id = '%s'
              UNION ALL
              SELECT concat_ws(' ', delivery_id, status, attempts, created_at)
              FROM control_plane.webhook_deliveries
              WHERE delivery_id = '%s'
              """
                  .formatted(each.endpoint(), each.delivery())));
    }
    return rows;
  }

  @ParameterizedTest
  @EnumSource
  void listsNothingOfOthers(Credential kind) {
    Holdings own = Holdings.create();
    Holdings other = Holdings.create();
    String key = own.credential(kind);

    for (String list : List.of("/endpoints", "/deliveries")) {
      String items =
          WebhookApi.with(key).get(WebhookApi.of(own.tenant()) + list).then().extract().asString();
      assertThat(items)
          .contains(own.endpoint())
          .doesNotContain(other.endpoint(), other.delivery(), other.tenant().toString());
    }
    WebhookApi.with(key)
        .queryParam("endpoint_id", other.endpoint())
        .get(WebhookApi.of(own.tenant()) + "/deliveries")
        .then()
        .body("items", empty());
  }

  @Test
  void refusesEachOperationToKeysWithoutTheScope() {
    Holdings own = Holdings.create();
    String key = WebhookApi.key(own.tenant(), "read", "write");

    for (Operation operation : operations()) {
      assertThat(operation.send(WebhookApi.with(key), own).statusCode())
          .as(operation.toString())
          .isEqualTo(403);
    }
  }

  @Test
  void recordsWhatTenantsChange() {
    Holdings own = Holdings.create();

    WebhookApi.with(own.credential(Credential.API_KEY))
        .delete(WebhookApi.of(own.tenant()) + "/endpoints/" + own.endpoint())
        .then()
        .statusCode(204);

    asAdmin()
        .queryParam("tenant_id", own.tenant())
        .queryParam("action", "DELETE /api/v1/tenants/{tenant_id}/webhooks/endpoints/{endpoint_id}")
        .get("/api/v1/audit")
        .then()
        .body("items.outcome", contains("succeeded"))
        .body("items[0].actor", startsWith("api_key:"));
  }
}
