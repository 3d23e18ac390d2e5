package io.tenantry.localstack;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;

/** Prepares a server for Tenantry, as an operator does. All methods are idempotent. */
final class ControlDatabase {
  static final String NAME = "tenantry_control";
  static final String CLUSTER_ADMIN = "tenantry_admin";
  private static final List<String> SERVICE_ROLES =
      List.of("tenant_service", "ingestion_service", "backup_service");

  private ControlDatabase() {}

  /**
   * Creates the control database and the roles with their grants, and sets the roles' passwords.
   *
   * @throws LocalStackException if the server rejects a statement
   */
  static void prepare(PostgresServer server, Secrets secrets) {
    try {
      prepareCluster(server, secrets);
      try (Connection connection = server.connect("postgres")) {
        createDatabase(connection);
      }
      try (Connection connection = server.connect(NAME)) {
        run(connection, "postgres/control-database.sql");
        for (String role : SERVICE_ROLES) {
          setPassword(connection, role, secrets.controlDatabasePassword());
        }
      }
    } catch (SQLException e) {
      throw new LocalStackException(
          "the control database could not be prepared: " + e.getMessage(), e);
    }
  }

  /** Creates the admin role of a tenant cluster, and sets its password. */
  static void prepareCluster(PostgresServer server, Secrets secrets) throws SQLException {
    try (Connection connection = server.connect("postgres")) {
      run(connection, "postgres/tenant-cluster.sql");
      setPassword(connection, CLUSTER_ADMIN, secrets.clusterAdminPassword());
    }
  }

  private static void createDatabase(Connection connection) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT FROM pg_database WHERE datname = ?")) {
      query.setString(1, NAME);
      try (ResultSet found = query.executeQuery()) {
        if (found.next()) {
          return;
        }
      }
    }
    execute(connection, "CREATE DATABASE " + NAME);
  }

  /** Sends a SCRAM verifier, so that the password is not logged. */
  private static void setPassword(Connection connection, String role, String password)
      throws SQLException {
    connection
        .unwrap(PGConnection.class)
        .alterUserPassword(role, password.toCharArray(), "scram-sha-256");
  }

  private static void run(Connection connection, String script) throws SQLException {
    execute(connection, Resources.text(script));
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
