package io.tenantry.tenant.cluster;

import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.testing.LocalStackResource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;

/** What a tenant's database is, and who reaches it. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class IsolationTest {

  @Test
  @Tag("T2")
  void namesTheDatabaseByItsBlueprint() {
    UUID tenant = createTenant(newName());

    assertThat(Postgres.recordedDatabases()).contains(database(tenant));
    assertThat(Postgres.tenantDatabases()).contains(database(tenant));
  }

  @Test
  @Tag("T3")
  void createsUtf8DatabaseWithLocaleAndConnectionLimit() {
    UUID tenant = createTenant(newName());

    assertThat(
            Postgres.value(
                Postgres.MAINTENANCE,
                """
                SELECT concat_ws(' ', pg_encoding_to_char(encoding), datcollate, datctype, rolconnlimit, datconnlimit)
                FROM pg_database
                JOIN pg_roles ON rolname = datname
                WHERE datname = ?
                """,
                database(tenant)))
        .as("the limit is the role's: the database's would count backups and migrations, too")
        .isEqualTo("UTF8 C.UTF-8 C.UTF-8 20 -1");
  }

  @Test
  @Tag("T3")
  void startsAtTheNewestVersionWithItsFlywayHistory() throws SQLException {
    UUID tenant = createTenant(newName());

    try (Connection own = connect(tenant, database(tenant))) {
      assertThat(
              Postgres.column(
                  own, "SELECT version FROM flyway_schema_history WHERE success ORDER BY version"))
          .containsExactly("1", "2");
    }
  }

  @Test
  @Tag("T4")
  void givesRoleDataAndNotSchemaOrHistory() throws SQLException {
    UUID tenant = createTenant(newName());

    try (Connection own = connect(tenant, database(tenant));
        Statement statement = own.createStatement()) {
      statement.execute("INSERT INTO settings (key, value) VALUES ('a', '1')");
      statement.execute("INSERT INTO audit_logs (actor, action) VALUES ('a', 'b')");
      statement.execute("UPDATE settings SET value = '2'");
      assertThat(Postgres.column(own, "SELECT value FROM settings")).containsExactly("2");
      statement.execute("DELETE FROM settings");
      assertThatThrownBy(() -> statement.execute("CREATE TABLE mine ()"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> statement.execute("DELETE FROM flyway_schema_history"))
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  @Tag("T4")
  void givesRoleAccessToNoOtherDatabase() {
    UUID tenant = createTenant(newName());
    createTenant(newName());

    for (String other :
        Postgres.column(
            Postgres.MAINTENANCE,
            "SELECT datname FROM pg_database WHERE datname <> ?",
            database(tenant))) {
      assertThatThrownBy(() -> connect(tenant, other).close())
          .as(other)
          .isInstanceOf(PSQLException.class)
          .hasMessageMatching("(?s).*(permission denied|not currently accepting connections).*");
    }
  }

  @Test
  @Tag("T4")
  void givesTheRoleNoRightBeyondItsDatabase() {
    UUID tenant = createTenant(newName());

    assertThat(
            Postgres.value(
                Postgres.MAINTENANCE,
                """
                SELECT rolcanlogin AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)
                FROM pg_roles
                WHERE rolname = ?
                """,
                database(tenant)))
        .isEqualTo("t");
    assertThat(
            Postgres.value(
                Postgres.MAINTENANCE,
                "SELECT has_database_privilege('public', ?, 'CONNECT')",
                database(tenant)))
        .isEqualTo("f");
    assertThat(TenantConnections.of(tenant)).startsWith("postgresql://" + database(tenant) + ":");
  }

  @Test
  @Tag("F4")
  @Tag("P13")
  void noRoleThatWorksInsideATenantsDatabaseReachesBeyondIt() {
    UUID tenant = createTenant(newName());
    createTenant(newName());
    String owner = database(tenant) + "_o";

    assertThat(
            Postgres.column(
                Postgres.MAINTENANCE,
                """
                SELECT rolname
                FROM pg_roles
                WHERE rolname IN (?, 'tenantry_content', 'tenantry_extensions', 'tenantry_app', 'tenantry_dump')
                  AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AND rolname <> 'tenantry_dump')
                """,
                owner))
        .isEmpty();
    assertThat(
            Postgres.column(
                Postgres.MAINTENANCE,
                "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = ?::regrole ORDER BY 1",
                owner))
        .containsExactly(database(tenant), "tenantry_content");
    assertThat(
            Postgres.column(
                Postgres.MAINTENANCE,
                "SELECT roleid::regrole::text FROM pg_auth_members WHERE member IN ('tenantry_content'::regrole, 'tenantry_app'::regrole)"))
        .isEmpty();
    assertThat(
            Postgres.column(
                Postgres.MAINTENANCE,
                "SELECT datname FROM pg_database WHERE datallowconn AND has_database_privilege(?, oid, 'CONNECT')",
                owner))
        .containsExactly(database(tenant));
  }

  @Test
  @Tag("F4")
  @Tag("P13")
  void securityDefinerFunctionGivesNothingBeyondDatabase() throws SQLException {
    UUID tenant = createTenant(newName());
    Postgres.execute(
        database(tenant),
        """
        CREATE TABLE log (t text);
        GRANT INSERT ON log TO tenantry_app;
        CREATE FUNCTION note(t text) RETURNS void LANGUAGE sql SECURITY DEFINER AS 'INSERT INTO log VALUES (t)';
        ALTER TABLE log OWNER TO tenantry_content;
        ALTER FUNCTION note(text) OWNER TO tenantry_content;
        """);

    try (Connection own = connect(tenant, database(tenant));
        Statement statement = own.createStatement()) {
      statement.execute(
          """
          CREATE TEMP TABLE log (t text);
          CREATE FUNCTION pg_temp.gain() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            EXECUTE 'CREATE ROLE evil_sd LOGIN CREATEROLE IN ROLE tenantry_owner';
            RETURN NEW;
          END $$;
          CREATE TRIGGER gain BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION pg_temp.gain();
          """);
      assertThatThrownBy(() -> statement.execute("SELECT public.note('x')"))
          .hasMessageContaining("permission denied");
    }
    assertThat(
            Postgres.column(
                Postgres.MAINTENANCE, "SELECT rolname FROM pg_roles WHERE rolname = 'evil_sd'"))
        .isEmpty();
  }

  @Test
  @Tag("T6")
  void recordsTenantOnlyWithWorkingCredentials() throws SQLException {
    UUID tenant = createTenant(newName());

    try (Connection own = connect(tenant, database(tenant))) {
      assertThat(Postgres.column(own, "SELECT current_user")).containsExactly(database(tenant));
    }
  }

  private static Connection connect(UUID tenant, String database) throws SQLException {
    return Postgres.connect(TenantConnections.of(tenant), database);
  }

  private static String database(UUID tenant) {
    return "car_" + tenant.toString().replace('-', '_');
  }
}
