package io.tenantry.tenant.lifecycle;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.tenant.event.TenantEvents;
import io.tenantry.testing.LocalStackResource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Renaming, suspending and resuming tenants. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class LifecycleTest {

  @Test
  @Tag("T11")
  void renamesTenantAndFreesPreviousName() {
    String former = newName();
    String name = newName();
    UUID tenant = createTenant(former);

    asAdmin()
        .body("{\"name\":\"%s\"}".formatted(name))
        .patch(TENANTS + "/" + tenant)
        .then()
        .statusCode(200)
        .body("name", equalTo(name))
        .body("database.name", equalTo(database(tenant)));

    createTenant(former);
    asAdmin()
        .body("{\"name\":\"%s\"}".formatted(former))
        .patch(TENANTS + "/" + tenant)
        .then()
        .statusCode(409)
        .body("code", equalTo("TENANT_NAME_TAKEN"));
  }

  @Test
  @Tag("T11")
  void changesSomeMetadataFieldsAndKeepsOthers() {
    UUID tenant = createTenant(newName());
    asAdmin()
        .body("{\"metadata\":{\"plan\":\"gold\",\"seats\":5,\"trial\":true}}")
        .patch(TENANTS + "/" + tenant)
        .then()
        .statusCode(200);

    asAdmin()
        .body("{\"metadata\":{\"seats\":{\"most\":9},\"trial\":null}}")
        .patch(TENANTS + "/" + tenant)
        .then()
        .statusCode(200)
        .body("metadata.plan", equalTo("gold"))
        .body("metadata.seats.most", equalTo(9))
        .body("metadata.trial", nullValue());
  }

  @Test
  @Tag("T11")
  void refusesInvalidPatch() {
    UUID tenant = createTenant(newName());

    asAdmin()
        .body("{\"name\":\"no name\"}")
        .patch(TENANTS + "/" + tenant)
        .then()
        .statusCode(422)
        .body("errors[0].field", equalTo("name"));
    asAdmin()
        .body("{}")
        .patch(TENANTS + "/" + UUID.randomUUID())
        .then()
        .statusCode(404)
        .body("code", equalTo("TENANT_NOT_FOUND"));
  }

  @Test
  @Tag("T11")
  void suspendsWithLoginsBlockedAndSessionsEnded() throws SQLException {
    String name = newName();
    UUID tenant = createTenant(name);
    try (Connection session = connect(tenant)) {
      asAdmin()
          .post(TENANTS + "/" + tenant + "/suspend")
          .then()
          .statusCode(200)
          .body("status", equalTo("suspended"));

      assertThat(session.isValid(5)).isFalse();
    }
    assertThatThrownBy(() -> connect(tenant).close()).hasMessageContaining("not permitted to log");
    asAdmin().post(TENANTS + "/" + tenant + "/suspend").then().statusCode(200);

    asAdmin()
        .post(TENANTS + "/" + tenant + "/resume")
        .then()
        .statusCode(200)
        .body("status", equalTo("active"));
    connect(tenant).close();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(TenantEvents.awaitNamed(name))
                    .extracting(TenantEvents.Event::type)
                    .containsExactly(
                        "io.tenantry.tenant.provisioned.v1",
                        "io.tenantry.tenant.suspended.v1",
                        "io.tenantry.tenant.resumed.v1"));
  }

  @Test
  @Tag("T11")
  void terminatesSessionOpenedDuringBlock() throws SQLException {
    UUID tenant = createTenant(newName());
    try (Connection session = connect(tenant)) {
      Postgres.execute(
          Postgres.MAINTENANCE, "ALTER ROLE \"%s\" NOLOGIN".formatted(database(tenant)));

      await().atMost(Duration.ofSeconds(30)).until(() -> !session.isValid(5));
    }
  }

  @Test
  @Tag("T11")
  void blocksLoginsOnceClusterPermitsIt() {
    UUID tenant = createTenant(newName());

    Postgres.execute(Postgres.MAINTENANCE, "ALTER ROLE tenantry_admin NOCREATEROLE");
    try {
      asAdmin()
          .post(TENANTS + "/" + tenant + "/suspend")
          .then()
          .statusCode(202)
          .body("status", equalTo("suspended"));
      asAdmin()
          .post(TENANTS + "/" + tenant + "/resume")
          .then()
          .statusCode(409)
          .body("code", equalTo("TENANT_BUSY"))
          .body("retryable", equalTo(true));
    } finally {
      Postgres.execute(Postgres.MAINTENANCE, "ALTER ROLE tenantry_admin CREATEROLE");
    }

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> connect(tenant).close())
                    .hasMessageContaining("not permitted to log"));
  }

  @Test
  @Tag("T11")
  void purgesADeletedTenantAndNoOther() {
    String name = newName();
    UUID tenant = createTenant(name);
    asAdmin()
        .post(TENANTS + "/" + tenant + "/purge")
        .then()
        .statusCode(409)
        .body("code", equalTo("TENANT_NOT_DELETED"));
    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
    asAdmin()
        .queryParam("status", "deleted")
        .queryParam("name_prefix", name)
        .get(TENANTS)
        .then()
        .body("items[0].tenant_id", equalTo(tenant.toString()));

    asAdmin().post(TENANTS + "/" + tenant + "/purge").then().statusCode(204);

    asAdmin().post(TENANTS + "/" + tenant + "/purge").then().statusCode(404);
    asAdmin().body(body(name)).post(TENANTS).then().statusCode(201);
  }

  private static Connection connect(UUID tenant) throws SQLException {
    return Postgres.connect(TenantConnections.of(tenant), database(tenant));
  }

  private static String database(UUID tenant) {
    return "car_" + tenant.toString().replace('-', '_');
  }
}
