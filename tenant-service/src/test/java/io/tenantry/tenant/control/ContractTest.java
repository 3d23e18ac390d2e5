package io.tenantry.tenant.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the other services may use of this service's schema. A view gets new columns; the existing
 * ones never change, since replicas of other versions read them.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ContractTest {

  private static final String OLDER = "older_installation";
  private static final String LAST_WITHOUT_VIEWS = "35";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  LocalStack stack;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tenants_v1          | tenant_id uuid, name text, environment text, status text, is_live boolean, blueprint text, blueprint_version text, region text, created_at timestamp with time zone, deleted_at timestamp with time zone
          tenant_databases_v1 | tenant_id uuid, cluster text, database_name text, schema_name text, role_name text, connection_string_encrypted bytea, ssl_root_certificate text
          api_keys_v1         | key_id uuid, tenant_id uuid, key_hash bytea, scopes text[], expires_at timestamp with time zone, revoked_at timestamp with time zone, tenant_status text
          clusters_v1         | name text, region text, host text, port integer, maintenance_database text, admin_user text, admin_password_encrypted bytea, ssl_mode text, ssl_root_certificate text, system_identifier bigint, role_secret_encrypted bytea
          blueprints_v1       | name text, version text, content jsonb, is_current boolean, current_since timestamp with time zone, accepted_at timestamp with time zone, out_of_order boolean
          backup_policies_v1  | tenant_id uuid, schedule text, retention_days integer
          installation_v1     | installation_id uuid
          tenant_counts_v1    | blueprint text, blueprint_version text, is_live boolean, tenants bigint
          recovery_v1         | recovery_since timestamp with time zone, recovery_reason text, recovered_at timestamp with time zone, generation bigint
          """)
  @Tag("P11")
  void viewHasPublishedColumns(String view, String columns) {
    assertThat(
            Postgres.value(
                Postgres.CONTROL,
                """
                SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
                FROM pg_attribute
                WHERE attrelid = ('control_plane.' || ?)::regclass
                  AND attnum > 0
                """,
                view))
        .isEqualTo(columns);
  }

  @Test
  @Tag("P2")
  void othersAreGrantedTheseAndNothingElse() {
    assertThat(granted(Postgres.CONTROL))
        .containsExactly(
            "api_keys_v1 tenantry_directory",
            "backup_policies_v1 tenantry_directory",
            "blueprints_v1 backup_service",
            "clusters_v1 backup_service",
            "installation_v1 tenantry_directory",
            "recovery_v1 tenantry_directory",
            "tenant_counts_v1 backup_service",
            "tenant_databases_v1 tenantry_directory",
            "tenants_v1 tenantry_directory");
    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                """
                SELECT p.oid::regprocedure || ' ' || grantee::regrole
                FROM pg_proc p
                CROSS JOIN aclexplode(proacl)
                WHERE pronamespace = 'control_plane'::regnamespace
                  AND grantee NOT IN (0, proowner)
                ORDER BY 1
                """))
        .containsExactly(
            "control_plane.append_audit_entries(text,timestamp with time zone[],text[],text[],uuid[],text[],text[],text[],text[],text[]) tenantry_directory",
            "control_plane.record_api_key_uses(uuid[],timestamp with time zone[]) tenantry_directory",
            "control_plane.record_blueprint_versions(uuid[],text[]) backup_service",
            "control_plane.report_generation(text,bigint) tenantry_directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"backup_service", "ingestion_service"})
  @Tag("P2")
  void anotherServiceReadsTheViewAndNotTheTable(String role) throws SQLException {
    String password = stack.environment().get("CONTROL_DATABASE_PASSWORD");
    try (Connection connection = stack.postgres().connect(Postgres.CONTROL, role, password);
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT FROM control_plane.tenants_v1");
      assertThatThrownBy(() -> statement.execute("SELECT FROM control_plane.tenants"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> assertThat(e.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
    }
  }

  /** Services of the previous version read the tables until all are upgraded. */
  @Test
  @Tag("P2")
  void tablesOfAnOlderInstallationAreRevokedByControlDatabaseSql() throws IOException {
    String script = Files.readString(Path.of("..", "deploy", "postgres", "control-database.sql"));
    Postgres.execute(Postgres.MAINTENANCE, "CREATE DATABASE " + OLDER);
    try {
      Postgres.execute(OLDER, script);
      migrate(LAST_WITHOUT_VIEWS);
      Postgres.execute(
          OLDER,
          """
          INSERT INTO control_plane.clusters (name, region, host, port, ssl_mode, admin_user, capacity)
          VALUES ('default', 'us-east-1', 'localhost', 5432, 'prefer', 'tenantry_admin', 10)
          """);
      List<String> before = granted(OLDER);

      migrate("latest");
      assertThat(granted(OLDER)).containsAll(before).contains("tenants tenantry_directory");

      Postgres.execute(OLDER, script);
      assertThat(granted(OLDER)).isEqualTo(granted(Postgres.CONTROL));
    } finally {
      Postgres.execute(Postgres.MAINTENANCE, "DROP DATABASE %s WITH (FORCE)".formatted(OLDER));
    }
  }

  private void migrate(String target) {
    Flyway.configure()
        .dataSource(
            stack.postgres().jdbcUrl(OLDER),
            "tenant_service",
            stack.environment().get("CONTROL_DATABASE_PASSWORD"))
        .defaultSchema("control_plane")
        .createSchemas(false)
        .locations("classpath:db/control")
        .target(target)
        .load()
        .migrate();
  }

  /** What others than its owner have rights on, or on a column of, and who. */
  private static List<String> granted(String database) {
    return Postgres.column(
        database,
        """
        SELECT DISTINCT relname || ' ' || grantee::regrole
        FROM pg_class c
        LEFT JOIN pg_attribute a ON attrelid = c.oid
        CROSS JOIN LATERAL (
          SELECT grantee FROM aclexplode(relacl) UNION ALL SELECT grantee FROM aclexplode(attacl)
        ) AS acl
        WHERE relnamespace = 'control_plane'::regnamespace
          AND grantee <> relowner
        ORDER BY 1
        """);
  }
}
