package io.tenantry.tenant.registry;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.testing.LocalStackResource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listing and deleting tenants. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class TenantLifecycleTest {

  @Test
  @Tag("T11")
  void listsInPagesWithoutGapOrRepetition() {
    String prefix = newName();
    List<String> created =
        IntStream.range(0, 5).mapToObj(n -> createTenant(prefix + "-" + n).toString()).toList();

    List<String> listed = new ArrayList<>();
    String after = null;
    do {
      var request = asAdmin().queryParam("limit", 2).queryParam("name_prefix", prefix);
      if (after != null) {
        request.queryParam("after", after);
      }
      ExtractableResponse<Response> page = request.get(TENANTS).then().statusCode(200).extract();
      listed.addAll(page.path("items.tenant_id"));
      after = page.path("next");
    } while (after != null);

    assertThat(listed).containsExactlyElementsOf(created);
  }

  @Test
  @Tag("T11")
  void filtersByFieldsOfTenant() {
    String name = newName();
    asAdmin()
        .body("{\"name\":\"%s\",\"environment\":\"development\"}".formatted(name))
        .post(TENANTS)
        .then()
        .statusCode(201);

    asAdmin()
        .queryParam("name_prefix", name)
        .queryParam("status", "active")
        .queryParam("environment", "development")
        .queryParam("blueprint", "car")
        .queryParam("region", "us-east-1")
        .get(TENANTS)
        .then()
        .statusCode(200)
        .body("items.name", contains(name));
    asAdmin()
        .queryParam("name_prefix", name)
        .queryParam("environment", "production")
        .get(TENANTS)
        .then()
        .body("items", hasSize(0));
  }

  @ParameterizedTest
  @CsvSource({"limit,0", "limit,501", "limit,x", "after,x", "status,x", "environment,x"})
  @Tag("T11")
  void refusesInvalidParameters(String parameter, String value) {
    asAdmin()
        .queryParam(parameter, value)
        .get(TENANTS)
        .then()
        .statusCode(422)
        .contentType("application/problem+json")
        .body("errors.field", contains(parameter));
  }

  @Test
  @Tag("T11")
  void deletesDatabaseRoleAndNameEvenWhileTheTenantIsConnected() throws SQLException {
    String name = newName();
    UUID tenant = createTenant(name);
    String connectionString = TenantConnections.of(tenant);
    String database = "car_" + tenant.toString().replace('-', '_');

    try (Connection session = Postgres.connect(connectionString, database)) {
      assertThat(session.isValid(1)).isTrue();
      asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
    }

    assertThat(Postgres.tenantDatabases()).doesNotContain(database);
    assertThat(Postgres.tenantRoles()).doesNotContain(database);
    asAdmin().get(TENANTS + "/" + tenant).then().statusCode(404);
    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
    createTenant(name);
  }

  @Test
  @Tag("T11")
  void refusesToDeleteUnknownTenant() {
    asAdmin()
        .delete(TENANTS + "/" + UUID.randomUUID())
        .then()
        .statusCode(404)
        .body("code", equalTo("TENANT_NOT_FOUND"));
  }
}
