package io.tenantry.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service's own database role may do, and nothing else. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class RoleTest {

  private static final String ROLE = "backup_service";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  LocalStack stack;

  @BeforeAll
  static void prepareTheRegistry() {
    ControlPlane.prepare();
  }

  @Tag("P2")
  @Test
  void logsInWithItsOwnRole() {
    assertThat(
            ControlDatabase.column(
                """
                SELECT DISTINCT usename
                FROM pg_stat_activity
                WHERE application_name = 'backup-service'
                """))
        .isEqualTo(List.of(ROLE));
    assertThat(
            ControlDatabase.column(
                """
                SELECT rolname
                FROM pg_roles
                WHERE rolname = ? AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)
                """,
                ROLE))
        .containsExactly(ROLE);
  }

  @Tag("P2")
  @ParameterizedTest
  @ValueSource(strings = {"control_plane", "platform", "ingestion", "public"})
  void cannotWriteOtherSchemas(String schema) {
    assertThatThrownBy(() -> run(ControlDatabase.NAME, "CREATE TABLE " + schema + ".mine (x int)"))
        .isInstanceOfSatisfying(SQLException.class, e -> refused(e));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT FROM control_plane.tenants",
        "SELECT FROM control_plane.api_keys",
        "BEGIN; LOCK TABLE control_plane.api_keys IN ROW EXCLUSIVE MODE",
        "INSERT INTO control_plane.audit_log DEFAULT VALUES"
      })
  @Tag("P2")
  void cannotUseTablesOfTenantService(String sql) {
    assertThatThrownBy(() -> run(ControlDatabase.NAME, sql))
        .isInstanceOfSatisfying(SQLException.class, e -> refused(e));
  }

  @Tag("P2")
  @Test
  void writesItsOwnSchema() throws SQLException {
    run(ControlDatabase.NAME, "CREATE TABLE backup.mine (x int); DROP TABLE backup.mine");
  }

  @Tag("P2")
  @ParameterizedTest
  @ValueSource(strings = {"postgres", "template1"})
  void cannotLogInToOtherDatabases(String database) {
    assertThatThrownBy(() -> run(database, "SELECT 1"))
        .isInstanceOfSatisfying(SQLException.class, e -> refused(e));
  }

  private static void refused(SQLException e) {
    assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo(INSUFFICIENT_PRIVILEGE);
  }

  private void run(String database, String sql) throws SQLException {
    String password = stack.environment().get("CONTROL_DATABASE_PASSWORD");
    try (Connection connection = stack.postgres().connect(database, ROLE, password);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
