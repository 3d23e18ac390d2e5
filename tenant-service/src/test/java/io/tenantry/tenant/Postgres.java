package io.tenantry.tenant;

import io.tenantry.localstack.LocalStack;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The tests' PostgreSQL server, seen by its superuser or by a tenant. */
public final class Postgres {

  public static final String CONTROL = "tenantry_control";
  public static final String MAINTENANCE = "postgres";

  private Postgres() {}

  /** Runs statements as the superuser. */
  public static void execute(String database, String sql) {
    try (Connection connection = LocalStack.shared().postgres().borrow(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the tests' own sessions in the control database, before it is renamed or copied. */
  public static void closePooledSessions() {
    try {
      LocalStack.shared().postgres().closePooledSessions(CONTROL);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first column of a query as the superuser. */
  public static List<String> column(String database, String sql, Object... parameters) {
    try (Connection connection = LocalStack.shared().postgres().borrow(database)) {
      return column(connection, sql, parameters);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The only value of a query as the superuser. */
  public static String value(String database, String sql, Object... parameters) {
    List<String> values = column(database, sql, parameters);
    if (values.size() != 1) {
      throw new IllegalStateException("one row was expected: " + values);
    }
    return values.getFirst();
  }

  public static List<String> column(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        query.setObject(i + 1, parameters[i]);
      }
      List<String> values = new ArrayList<>();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          values.add(rows.getString(1));
        }
      }
      return values;
    }
  }

  /** Logs in with a connection string as tenants get it, optionally into another database. */
  public static Connection connect(String connectionString, String database) throws SQLException {
    URI uri = URI.create(connectionString);
    String[] credentials = uri.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(uri.getHost(), uri.getPort(), database),
        credentials[0],
        credentials[1]);
  }

  /**
   * The databases that are neither PostgreSQL's, the control, the shared or the catalog database,
   * nor golden templates.
   */
  public static List<String> tenantDatabases() {
    return column(
        MAINTENANCE,
        """
        SELECT datname
        FROM pg_database
        WHERE datname NOT IN ('postgres', 'template0', 'template1', 'tenantry_control', 'tenantry_shared', 'tenantry_catalog')
          AND datname NOT LIKE 'tpl\\_%'
        """);
  }

  /** The roles that are neither PostgreSQL's nor Tenantry's own. */
  public static List<String> tenantRoles() {
    return column(
        MAINTENANCE,
        """
        SELECT rolname
        FROM pg_roles
        WHERE rolname NOT LIKE 'pg\\_%'
          AND rolname NOT LIKE 'tenantry\\_%'
          AND rolname NOT LIKE '%\\_service'
          AND rolname <> 'postgres'
        """);
  }

  /** The databases of their own that tenants have by the control database. */
  public static List<String> recordedDatabases() {
    return column(
        CONTROL,
        "SELECT database_name FROM control_plane.tenant_databases WHERE schema_name IS NULL");
  }

  /**
   * The roles that tenants have by the control database: one to log in with, its owner role, and
   * the second login where the credentials were rotated.
   */
  public static List<String> recordedRoles() {
    return column(
        CONTROL,
        """
        SELECT DISTINCT role
        FROM control_plane.tenant_databases,
          unnest(ARRAY[role_name, role_name || '_o', login_role, former_role]) AS role
        WHERE role IS NOT NULL
        """);
  }
}
