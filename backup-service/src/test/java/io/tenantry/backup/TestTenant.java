package io.tenantry.backup;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.localstack.LocalStack;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A tenant as tenant-service makes one: a row in the registry, a login role with little privilege,
 * and a database, or a schema of the shared one.
 */
public final class TestTenant {

  private static final String SHARED = "shared_tenants";
  private static final String PASSWORD = "a-tenants-password";

  private static boolean groupsMade;

  private final UUID id = UUID.randomUUID();
  private final String blueprint;
  private final String version;
  private final String database;
  private final Optional<String> schema;
  private final String role;

  private TestTenant(boolean ownDatabase) {
    this(ownDatabase, ownDatabase ? "car" : "acquiring", "1");
  }

  private TestTenant(boolean ownDatabase, String blueprint, String version) {
    this.blueprint = blueprint;
    this.version = version;
    String suffix = id.toString().replace('-', '_');
    this.role = (ownDatabase ? "car_" : "acq_") + suffix;
    this.database = ownDatabase ? role : SHARED;
    this.schema = ownDatabase ? Optional.empty() : Optional.of(role);
  }

  /** A tenant with a database of its own. */
  public static TestTenant withDatabase() {
    TestTenant tenant = new TestTenant(true);
    tenant.createRole();
    tenant.createDatabase();
    tenant.register();
    return tenant;
  }

  /** A tenant with a schema of its own in the database that such tenants share. */
  public static TestTenant withSchema() {
    TestTenant tenant = new TestTenant(false);
    tenant.createRole();
    tenant.createSchema();
    tenant.register();
    return tenant;
  }

  /** A tenant of a blueprint, at its current version. */
  public static TestTenant of(TestBlueprint blueprint) {
    TestTenant tenant =
        new TestTenant(!blueprint.inSchemas(), blueprint.name(), blueprint.version());
    if (blueprint.inSchemas()) {
      createGroups();
      makeSharedDatabase();
      blueprint.fill(tenant.connectAsAdminUnchecked(), tenant.role, PASSWORD);
    } else {
      tenant.createRole();
      asAdmin(
          "postgres",
          "CREATE DATABASE %s OWNER tenantry_owner TEMPLATE %s STRATEGY WAL_LOG"
              .formatted(quote(tenant.database), quote(blueprint.template())));
      asAdmin(
          "postgres",
          "REVOKE ALL ON DATABASE %1$s FROM PUBLIC; GRANT CONNECT, TEMPORARY ON DATABASE %1$s TO %2$s"
              .formatted(quote(tenant.database), quote(tenant.role)));
    }
    tenant.register();
    return tenant;
  }

  public UUID id() {
    return id;
  }

  /** Has it stand on another cluster, by its record. */
  public void moveTo(String cluster) {
    ControlDatabase.execute(
        "UPDATE control_plane.tenant_databases SET cluster = ? WHERE tenant_id = ?", cluster, id);
  }

  public String database() {
    return database;
  }

  public Optional<String> schema() {
    return schema;
  }

  public String role() {
    return role;
  }

  /** Its schema, or public. */
  public String schemaName() {
    return schema.orElse("public");
  }

  /** A session as the tenant. */
  public Connection connect() throws SQLException {
    return LocalStack.shared().postgres().connect(database, role, PASSWORD);
  }

  /** A session in its database as the cluster's admin, who owns what migrations make. */
  public Connection connectAsAdmin() throws SQLException {
    return admin(database);
  }

  /** The version that the registry says it is at. */
  public String version() {
    return ControlDatabase.column(
            "SELECT blueprint_version FROM control_plane.tenants WHERE tenant_id = ?", id)
        .getFirst();
  }

  /** Runs a script as the admin, in the tenant's schema. */
  public void execute(String script) {
    try (Connection connection = connectAsAdmin();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = %s".formatted(quote(schemaName())));
      statement.execute(script);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first column of a query of the tenant. */
  public List<String> column(String query) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Removes what there is of it, as tenant-service does in the end. */
  public void remove() {
    ControlDatabase.execute("DELETE FROM control_plane.tenant_databases WHERE tenant_id = ?", id);
    ControlDatabase.execute(
        "UPDATE control_plane.tenants SET status = 'deleted', deleted_at = now() WHERE tenant_id = ?",
        id);
    if (schema.isEmpty()) {
      asAdmin("postgres", "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(quote(database)));
    } else {
      asAdmin(database, "DROP SCHEMA IF EXISTS %s CASCADE".formatted(quote(role)));
    }
    asAdmin("postgres", "DROP ROLE " + quote(role));
  }

  private void createRole() {
    createGroups();
    asAdmin(
        "postgres",
        "CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE tenantry_app".formatted(quote(role), PASSWORD));
  }

  /** The roles that own and share what is the tenants'. */
  static void createGroups() {
    ControlPlane.prepare();
    synchronized (TestTenant.class) {
      if (groupsMade) {
        return;
      }
      groupsMade = true;
      for (String group : List.of("tenantry_app", "tenantry_owner")) {
        asAdmin(
            "postgres",
            """
            DO $$ BEGIN
              IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN CREATE ROLE %1$s NOLOGIN; END IF;
            END $$
            """
                .formatted(group));
      }
      asAdmin("postgres", "GRANT tenantry_owner TO CURRENT_USER");
    }
  }

  private void createDatabase() {
    makeDatabase(database);
    asAdmin(
        "postgres",
        "GRANT CONNECT, TEMPORARY ON DATABASE %s TO %s".formatted(quote(database), quote(role)));
    prepareSchema(database, "public");
  }

  private void createSchema() {
    makeSharedDatabase();
    makeSchema();
    prepareSchema(SHARED, role);
  }

  private static void makeSharedDatabase() {
    synchronized (TestTenant.class) {
      if (ControlDatabase.column("SELECT 1 FROM pg_database WHERE datname = ?", SHARED).isEmpty()) {
        makeDatabase(SHARED);
        asAdmin(
            "postgres",
            "GRANT CONNECT, TEMPORARY ON DATABASE %s TO tenantry_app".formatted(SHARED));
      }
    }
  }

  private void makeSchema() {
    asAdmin(
        "postgres", "GRANT CONNECT, TEMPORARY ON DATABASE %s TO %s".formatted(SHARED, quote(role)));
    asAdmin(
        SHARED,
        "CREATE SCHEMA %1$s; GRANT USAGE ON SCHEMA %1$s TO %1$s; ALTER ROLE %1$s SET search_path = %1$s"
            .formatted(quote(role)));
  }

  private Connection connectAsAdminUnchecked() {
    try {
      return connectAsAdmin();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void makeDatabase(String name) {
    asAdmin(
        "postgres",
        "CREATE DATABASE %s OWNER tenantry_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' CONNECTION LIMIT 20"
            .formatted(quote(name)));
    asAdmin("postgres", "REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(quote(name)));
  }

  private void prepareSchema(String database, String name) {
    asAdmin(
        database,
        """
        REVOKE CREATE ON SCHEMA %1$s FROM PUBLIC;
        ALTER DEFAULT PRIVILEGES IN SCHEMA %1$s GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tenantry_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA %1$s GRANT USAGE, SELECT ON SEQUENCES TO tenantry_app;
        CREATE TABLE %1$s.settings (key text PRIMARY KEY, value jsonb NOT NULL);
        INSERT INTO %1$s.settings VALUES ('plan', '"gold"'), ('seats', '12');
        """
            .formatted(quote(name)));
    if (schema.isEmpty()) {
      asAdmin(database, "GRANT USAGE ON SCHEMA public TO tenantry_app");
    }
  }

  private void register() {
    ControlDatabase.execute(
        """
        INSERT INTO control_plane.tenants (tenant_id, name, environment, status, blueprint, blueprint_version, region)
        VALUES (?, ?, 'production', 'active', ?, ?, 'us-east-1')
        """,
        id,
        "t-" + id,
        blueprint,
        version);
    ControlDatabase.execute(
        """
        INSERT INTO control_plane.tenant_databases (
          tenant_id, cluster, host, port, database_name, schema_name, role_name
        )
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        id,
        ControlPlane.CLUSTER,
        LocalStack.shared().postgres().host(),
        LocalStack.shared().postgres().port(),
        database,
        schema.orElse(null),
        role);
  }

  static Connection admin(String database) throws SQLException {
    Map<String, String> environment = LocalStack.shared().environment();
    return LocalStack.shared()
        .postgres()
        .connect(
            database,
            environment.get("TENANT_CLUSTER_ADMIN_USER"),
            environment.get("TENANT_CLUSTER_ADMIN_PASSWORD"));
  }

  static void asAdmin(String database, String script) {
    try (Connection connection = admin(database);
        Statement statement = connection.createStatement()) {
      statement.execute(script);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
