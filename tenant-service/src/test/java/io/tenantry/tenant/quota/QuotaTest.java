package io.tenantry.tenant.quota;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static io.tenantry.tenant.apikey.ApiKeyApi.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.apikey.ApiKeyApi;
import io.tenantry.testing.LocalStackResource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A tenant's quotas hold for concurrent requests. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class QuotaTest {

  private static final String KEY = "{\"name\":\"k\"}";

  @Test
  @Tag("T17")
  void issuesExactlyTenKeysToFiftyConcurrentRequests() throws Exception {
    UUID tenant = createTenant(newName());
    List<Response> answers = new ArrayList<>();

    try (ExecutorService clients = Executors.newFixedThreadPool(50)) {
      List<Future<Response>> requests =
          IntStream.range(0, 50)
              .mapToObj(n -> clients.submit(() -> asAdmin().body(KEY).post(path(tenant))))
              .toList();
      for (Future<Response> request : requests) {
        answers.add(request.get());
      }
    }

    List<Integer> statuses = answers.stream().map(Response::statusCode).toList();
    assertThat(Collections.frequency(statuses, 201)).isEqualTo(10);
    assertThat(answers.stream().filter(answer -> answer.statusCode() != 201))
        .hasSize(40)
        .allSatisfy(answer -> assertThat(answer.<String>path("code")).isEqualTo("QUOTA_EXCEEDED"));
    assertThat(
            Postgres.value(
                Postgres.CONTROL,
                "SELECT count(*) FROM control_plane.api_keys WHERE tenant_id = ?",
                tenant))
        .isEqualTo("10");
  }

  @Test
  @Tag("T17")
  void freesQuotaOfRevokedKeyAndNotOfRotatedKey() {
    UUID tenant = createTenant(newName());
    ApiKeyApi.Key key = ApiKeyApi.create(tenant);
    IntStream.range(1, 10).forEach(n -> ApiKeyApi.create(tenant));
    asAdmin().body(KEY).post(path(tenant)).then().statusCode(409);

    ApiKeyApi.Key rotated = ApiKeyApi.rotate(tenant, key, 60);
    asAdmin().body(KEY).post(path(tenant)).then().statusCode(409);

    asAdmin().delete(path(tenant, rotated)).then().statusCode(204);
    asAdmin().body(KEY).post(path(tenant)).then().statusCode(201);
    asAdmin().body(KEY).post(path(tenant)).then().statusCode(409);
  }

  @Test
  @Tag("T17")
  void startsWithQuotasOfBlueprintAndAcceptsOthers() {
    UUID tenant = createTenant(newName());
    asAdmin()
        .get(TENANTS + "/" + tenant + "/quotas")
        .then()
        .statusCode(200)
        .body("items.resource", contains("databases", "api_keys", "services"))
        .body("items.quota", contains(1, 10, 3))
        .body("items.used", contains(1, 0, 0));

    asAdmin()
        .body("{\"api_keys\":1}")
        .patch(TENANTS + "/" + tenant + "/quotas")
        .then()
        .statusCode(200)
        .body("items.quota", contains(1, 1, 3));

    ApiKeyApi.create(tenant);
    asAdmin()
        .body(KEY)
        .post(path(tenant))
        .then()
        .statusCode(409)
        .body("code", equalTo("QUOTA_EXCEEDED"))
        .body("retryable", equalTo(false));
    asAdmin().get(TENANTS + "/" + UUID.randomUUID() + "/quotas").then().statusCode(404);
  }
}
