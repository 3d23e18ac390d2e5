package io.tenantry.tenant.orphan;

import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.Marks;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The reaper finds what Tenantry made and lost, and nothing else. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ReaperTest {

  /** Looks like a tenant's, but was not created by Tenantry. */
  private static final String STRANGER = "car_00000000_0000_4000_8000_000000000000";

  @Inject Reaper reaper;

  @AfterEach
  void removeTheStranger() {
    Postgres.execute(Postgres.MAINTENANCE, "DROP DATABASE IF EXISTS " + STRANGER);
    Postgres.execute(Postgres.MAINTENANCE, "DROP ROLE IF EXISTS " + STRANGER);
  }

  @Test
  @Tag("T8")
  @Tag("P13")
  void quarantinesDatabaseOfLostTenantAndKeepsForeignOnes() {
    String kept = database(createTenant(newName()));
    UUID lost = createTenant(newName());
    Postgres.execute(Postgres.MAINTENANCE, "CREATE ROLE " + STRANGER + " LOGIN");
    Postgres.execute(Postgres.MAINTENANCE, "CREATE DATABASE " + STRANGER);
    forget(lost);

    asAdmin()
        .get("/api/v1/orphans")
        .then()
        .statusCode(200)
        .body("items.find { it.name == '%s' }.kind".formatted(database(lost)), equalTo("database"))
        .body(
            "items.find { it.name == '%s' }.action".formatted(database(lost)),
            equalTo("quarantine"))
        .body(
            "items.find { it.name == '%s' }.tenant_id".formatted(database(lost)),
            equalTo(lost.toString()));
    asAdmin()
        .post("/api/v1/orphans/reap")
        .then()
        .statusCode(200)
        .body("items.name", hasItem(database(lost)));

    String quarantined = "quarantine_" + lost.toString().replace('-', '_');
    assertThat(Postgres.tenantDatabases())
        .contains(kept, STRANGER, quarantined)
        .doesNotContain(database(lost));
    assertThat(
            Postgres.value(
                Postgres.MAINTENANCE,
                "SELECT datallowconn FROM pg_database WHERE datname = ?",
                quarantined))
        .isEqualTo("f");
    assertThat(Postgres.tenantRoles()).contains(kept, STRANGER);
    reaper.reapRegularly();
    reaper.reapRegularly();
    asAdmin()
        .post("/api/v1/orphans/reap")
        .then()
        .statusCode(200)
        .body("items.name", not(hasItem(quarantined)))
        .body("items.name", not(hasItem(database(lost))));
    assertThat(Postgres.tenantDatabases()).contains(quarantined);
    assertThat(Postgres.tenantRoles()).contains(database(lost), database(lost) + "_o");
    Postgres.execute(Postgres.MAINTENANCE, "DROP DATABASE " + quarantined);
  }

  @Test
  @Tag("T8")
  @Tag("P13")
  void removesUnusedObjectsAtSecondSearch() {
    UUID lost = createTenant(newName());
    forget(lost);
    Marks.change(database(lost), "tenant", "provisioning");

    reaper.reapRegularly();
    assertThat(Postgres.tenantDatabases()).contains(database(lost));
    reaper.reapRegularly();
    assertThat(Postgres.tenantDatabases()).doesNotContain(database(lost));
    reaper.reapRegularly();
    reaper.reapRegularly();
    assertThat(Postgres.tenantRoles()).doesNotContain(database(lost), database(lost) + "_o");
  }

  @Test
  @Tag("T8")
  @Tag("P13")
  void continuesWhenPostgresqlRefusesToDropRole() {
    UUID refused = createTenant(newName());
    UUID next = createTenant(newName());
    String owner = database(refused) + "_o";
    for (UUID tenant : List.of(refused, next)) {
      forget(tenant);
      Marks.change(database(tenant), "tenant", "provisioning");
    }
    Postgres.execute(Postgres.MAINTENANCE, "CREATE SCHEMA of_a_lost_tenant AUTHORIZATION " + owner);
    try {
      asAdmin().post("/api/v1/orphans/reap").then().statusCode(200);
      assertThat(Postgres.tenantDatabases()).doesNotContain(database(refused), database(next));

      asAdmin()
          .post("/api/v1/orphans/reap")
          .then()
          .statusCode(200)
          .body("items.name", hasItem(database(next)))
          .body("items.name", not(hasItem(owner)));
      assertThat(Postgres.tenantRoles())
          .contains(owner)
          .doesNotContain(database(next), database(next) + "_o");
    } finally {
      Postgres.execute(Postgres.MAINTENANCE, "DROP SCHEMA of_a_lost_tenant");
    }
    asAdmin().post("/api/v1/orphans/reap").then().statusCode(200);
    assertThat(Postgres.tenantRoles()).doesNotContain(owner);
  }

  @Test
  @Tag("F2")
  @Tag("P13")
  void neverRemovesByItselfWhatIsMarkedAsATenants() {
    UUID newer = createTenant(newName());
    forget(newer);

    reaper.reapRegularly();
    reaper.reapRegularly();
    reaper.reapRegularly();

    assertThat(Postgres.tenantDatabases()).contains(database(newer));
    assertThat(Postgres.tenantRoles()).contains(database(newer), database(newer) + "_o");
  }

  @Test
  @Tag("F1")
  @Tag("P13")
  void keepsATenantsDatabaseWhoseRowNamesAnotherCluster() {
    UUID tenant = createTenant(newName());
    Marks.change(database(tenant), "tenant", "provisioning");
    Postgres.execute(
        Postgres.CONTROL,
        """
        INSERT INTO control_plane.clusters (name, region, host, port, ssl_mode, admin_user, capacity)
        VALUES ('elsewhere', 'eu-west-1', '192.0.2.1', 1, 'prefer', 'nobody', 0) ON CONFLICT DO NOTHING;
        UPDATE control_plane.tenant_databases SET cluster = 'elsewhere' WHERE tenant_id = '%s'
        """
            .formatted(tenant));
    try {
      assertThat(reaper.findOn("default").stream().map(Orphan::name))
          .doesNotContain(database(tenant));
    } finally {
      Postgres.execute(
          Postgres.CONTROL,
          """
          UPDATE control_plane.tenant_databases SET cluster = 'default' WHERE tenant_id = '%s';
          DELETE FROM control_plane.clusters WHERE name = 'elsewhere';
          """
              .formatted(tenant));
      Marks.change(database(tenant), "provisioning", "tenant");
    }
  }

  private static void forget(UUID tenant) {
    Postgres.execute(
        Postgres.CONTROL,
        "DELETE FROM control_plane.tenants WHERE tenant_id = '%s'".formatted(tenant));
  }

  private static String database(UUID tenant) {
    return "car_" + tenant.toString().replace('-', '_');
  }
}
