package io.tenantry.tenant.conversion;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.Marks;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tenants of a version that wrote no marks, and in which the admin owned everything. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("P13")
class LegacyTenantConversionTest {

  private static final String SHARED = "tenantry_shared";

  @Inject LegacyTenantConversion existing;

  @Test
  void marksAnOlderTenantsDatabaseAndGivesItsObjectsToTheContentRole() throws SQLException {
    UUID tenant = createTenant(newName());
    String name = "car_" + tenant.toString().replace('-', '_');
    makeOlder(name);

    existing.convert();

    assertThat(Marks.of(name)).startsWith("tenantry tenant ").contains(tenant.toString());
    assertThat(
            Postgres.column(
                name,
                "SELECT DISTINCT pg_get_userbyid(relowner)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        .containsExactly("tenantry_content");
    try (Connection own = Postgres.connect(TenantConnections.of(tenant), name);
        Statement statement = own.createStatement()) {
      statement.execute("INSERT INTO settings (key, value) VALUES ('a', '1')");
    }
    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
    assertThat(Postgres.tenantDatabases()).doesNotContain(name);
    assertThat(Postgres.tenantRoles()).doesNotContain(name, name + "_o");
  }

  @Test
  void marksAnOlderTenantsSchemaAndGivesItToItsOwnerRole() throws SQLException {
    UUID tenant =
        UUID.fromString(
            asAdmin()
                .body(
                    Map.of(
                        "name", newName(), "environment", "production", "blueprint", "acquiring"))
                .post(TENANTS)
                .then()
                .statusCode(201)
                .extract()
                .path("tenant_id"));
    String name = "acq_" + tenant.toString().replace('-', '_');
    makeOlderSchema(name);

    existing.convert();

    assertThat(
            Postgres.column(
                SHARED,
                """
                SELECT DISTINCT pg_get_userbyid(owner)::text
                FROM (
                  SELECT relowner AS owner FROM pg_class WHERE relnamespace = '%1$s'::regnamespace
                  UNION ALL
                  SELECT nspowner FROM pg_namespace WHERE nspname = '%1$s'
                ) AS owners
                """
                    .formatted(name)))
        .containsExactly(name + "_o");
    try (Connection own = Postgres.connect(TenantConnections.of(tenant), SHARED);
        Statement statement = own.createStatement()) {
      statement.execute("SELECT * FROM merchants");
    }
    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
    assertThat(Postgres.tenantRoles()).doesNotContain(name, name + "_o");
  }

  @Test
  void leavesADatabaseAloneThatAnotherOwns() {
    UUID tenant = createTenant(newName());
    String name = "car_" + tenant.toString().replace('-', '_');
    makeOlder(name);
    Postgres.execute(Postgres.MAINTENANCE, "ALTER DATABASE %s OWNER TO postgres".formatted(name));

    existing.convert();

    assertThat(
            Postgres.column(
                Postgres.MAINTENANCE,
                "SELECT 1 FROM pg_database WHERE datname = ? AND shobj_description(oid, 'pg_database') IS NULL",
                name))
        .hasSize(1);
    Postgres.execute(
        Postgres.MAINTENANCE, "ALTER DATABASE %s OWNER TO tenantry_owner".formatted(name));
    existing.convert();
  }

  private static void makeOlder(String name) {
    Postgres.execute(
        name,
        """
        ALTER SCHEMA public OWNER TO pg_database_owner;
        REASSIGN OWNED BY tenantry_content TO tenantry_admin;
        DROP OWNED BY tenantry_content, %1$s_o, tenantry_dump;
        """
            .formatted(name));
    Postgres.execute(
        Postgres.MAINTENANCE,
        """
        DROP ROLE %1$s_o;
        COMMENT ON ROLE %1$s IS NULL;
        COMMENT ON DATABASE %1$s IS NULL;
        ALTER ROLE %1$s CONNECTION LIMIT -1;
        ALTER DATABASE %1$s CONNECTION LIMIT 20;
        """
            .formatted(name));
  }

  private static void makeOlderSchema(String name) {
    Postgres.execute(
        SHARED,
        """
        REASSIGN OWNED BY %1$s_o TO tenantry_admin;
        ALTER SCHEMA %1$s OWNER TO tenantry_owner;
        DROP OWNED BY %1$s_o;
        """
            .formatted(name));
    Postgres.execute(
        Postgres.MAINTENANCE, "DROP ROLE %1$s_o; COMMENT ON ROLE %1$s IS NULL".formatted(name));
  }
}
