package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackOptions;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.ServiceProcess;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The role model on major versions of PostgreSQL, whichever the other tests run on: 16 changed what
 * CREATEROLE permits, and who a role is granted by.
 */
@Tag("P13")
class PostgresVersionsIT {

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 18})
  void isolatesTenantsOnEachMajorVersion(int major) throws SQLException {
    LocalStackOptions options = LocalStackOptions.temporary().withPostgresMajor(major);
    try (LocalStack stack = LocalStack.start(options);
        Connection superuser = stack.postgres().connect("postgres");
        ServiceProcess service = ServiceProcess.start(environment(stack))) {
      assertThat(superuser.getMetaData().getDatabaseMajorVersion()).isEqualTo(major);
      UUID one = create(service, "car");
      UUID other = create(service, "car");
      UUID schema = create(service, "acquiring");

      for (Map.Entry<UUID, String> table :
          Map.of(one, "settings", schema, "currencies").entrySet()) {
        UUID tenant = table.getKey();
        String before = connectionString(service, tenant);
        List<String> rows = read(before, table.getValue());
        post(service, tenant, "credentials/rotate", "{\"overlap_seconds\": 0}");
        String after = connectionString(service, tenant);
        assertThat(read(after, table.getValue())).isEqualTo(rows);
        assertThatThrownBy(() -> read(before, table.getValue())).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> Postgres.connect(after, databaseOf(other)).close())
            .hasMessageContaining("permission denied for database");
        post(service, tenant, "suspend", "{}");
        assertThatThrownBy(() -> read(after, table.getValue())).isInstanceOf(SQLException.class);
        post(service, tenant, "resume", "{}");
        assertThat(read(after, table.getValue())).isEqualTo(rows);
      }
      assertThat(Postgres.column(superuser, powerfulRoles())).isEmpty();
      for (UUID tenant : List.of(one, other, schema)) {
        asAdmin(service)
            .delete(TENANTS + "/" + tenant + "?final_backup=false")
            .then()
            .statusCode(204);
      }
      assertThat(
              Postgres.column(
                  superuser,
                  """
                  SELECT datname FROM pg_database WHERE datname LIKE 'car\\_%'
                  UNION SELECT rolname FROM pg_roles WHERE rolname ~ '^(car|acq)_'
                  """))
          .isEmpty();
    }
  }

  /** Roles that work in tenants' databases, and may do more than that. */
  private static String powerfulRoles() {
    return """
    SELECT rolname
    FROM pg_roles
    WHERE rolname ~ '^(car|acq)_|^tenantry_(content|extensions|app|shared_app|owner|scratch|dump)$'
      AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AND rolname <> 'tenantry_dump')
    """;
  }

  /** The servers of the other stack; keys and Kafka are the shared one's. */
  private static Map<String, String> environment(LocalStack stack) {
    Map<String, String> environment = new HashMap<>(stack.environment());
    environment
        .keySet()
        .removeIf(
            name -> !name.startsWith("CONTROL_DATABASE_") && !name.startsWith("TENANT_CLUSTER_"));
    return environment;
  }

  private static UUID create(ServiceProcess service, String blueprint) {
    return UUID.fromString(
        asAdmin(service)
            .body(Map.of("name", newName(), "environment", "production", "blueprint", blueprint))
            .post(TENANTS)
            .then()
            .statusCode(201)
            .extract()
            .path("tenant_id"));
  }

  private static void post(ServiceProcess service, UUID tenant, String action, String body) {
    asAdmin(service).body(body).post(TENANTS + "/" + tenant + "/" + action).then().statusCode(200);
  }

  private static String connectionString(ServiceProcess service, UUID tenant) {
    return asAdmin(service)
        .get(TENANTS + "/" + tenant + "/connection-string")
        .then()
        .statusCode(200)
        .extract()
        .path("connection_string");
  }

  private static List<String> read(String connection, String table) throws SQLException {
    try (Connection own = connect(connection)) {
      return Postgres.column(own, "SELECT 1 FROM " + table);
    }
  }

  private static Connection connect(String connection) throws SQLException {
    String path = URI.create(connection).getPath();
    return Postgres.connect(connection, path.substring(1));
  }

  private static String databaseOf(UUID tenant) {
    return "car_" + tenant.toString().replace('-', '_');
  }
}
