package io.tenantry.tenant.orphan;

import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStackResource;
import io.tenantry.tenant.Postgres;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The reaper finds what Tenantry made and lost, and nothing else. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ReaperTest {

  /** Looks like a tenant's, but was made by somebody else. */
  private static final String STRANGER = "car_00000000_0000_4000_8000_000000000000";

  @Inject Reaper reaper;

  @AfterEach
  void removeTheStranger() {
    Postgres.execute(Postgres.MAINTENANCE, "DROP DATABASE IF EXISTS " + STRANGER);
    Postgres.execute(Postgres.MAINTENANCE, "DROP ROLE IF EXISTS " + STRANGER);
  }

  @Test
  void t8RemovesWhatNoTenantHas() {
    String kept = database(createTenant(newName()));
    UUID lost = createTenant(newName());
    Postgres.execute(Postgres.MAINTENANCE, "CREATE ROLE " + STRANGER + " LOGIN");
    Postgres.execute(Postgres.MAINTENANCE, "CREATE DATABASE " + STRANGER);
    Postgres.execute(
        Postgres.CONTROL,
        "DELETE FROM control_plane.tenants WHERE tenant_id = '%s'".formatted(lost));

    asAdmin()
        .get("/api/v1/orphans")
        .then()
        .statusCode(200)
        .body("items.name", contains(database(lost), database(lost)))
        .body("items.kind", contains("database", "role"));
    assertThat(Postgres.tenantDatabases()).contains(database(lost));
    asAdmin().post("/api/v1/orphans/reap").then().statusCode(200).body("items", hasSize(2));

    asAdmin().get("/api/v1/orphans").then().body("items", hasSize(0));
    assertThat(Postgres.tenantDatabases()).contains(kept, STRANGER).doesNotContain(database(lost));
    assertThat(Postgres.tenantRoles()).contains(kept, STRANGER).doesNotContain(database(lost));
  }

  @Test
  void t8ARestoredControlDatabaseRemovesNothingByItselfThatItNeverRecorded() {
    UUID newer = createTenant(newName());
    UUID lost = createTenant(newName());
    Postgres.execute(
        Postgres.CONTROL,
        "DELETE FROM control_plane.tenants WHERE tenant_id IN ('%s', '%s')".formatted(newer, lost));
    Postgres.execute(
        Postgres.CONTROL,
        "DELETE FROM control_plane.recorded_names WHERE name LIKE '%s%%'"
            .formatted(database(newer)));

    reaper.reapRegularly();

    assertThat(Postgres.tenantDatabases()).contains(database(newer)).doesNotContain(database(lost));
    asAdmin()
        .get("/api/v1/orphans")
        .then()
        .body("items.name", contains(database(newer), database(newer)))
        .body("items.recorded", contains(false, false));
    asAdmin().post("/api/v1/orphans/reap").then().body("items", hasSize(2));
    assertThat(Postgres.tenantDatabases()).doesNotContain(database(newer));
  }

  private static String database(UUID tenant) {
    return "car_" + tenant.toString().replace('-', '_');
  }
}
