package io.tenantry.localstack;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/** The address of a PostgreSQL server, and the login of its superuser. */
public interface PostgresAddress {

  /** The name of the superuser. */
  String SUPERUSER = "postgres";

  String host();

  int port();

  /** The password of {@link #SUPERUSER}. */
  String superuserPassword();

  /** The JDBC URL of a database on this server, without user and password. */
  default String jdbcUrl(String database) {
    return "jdbc:postgresql://" + host() + ":" + port() + "/" + database;
  }

  /**
   * Opens a session as superuser.
   *
   * @throws SQLException if the server is unavailable or has no such database
   */
  default Connection connect(String database) throws SQLException {
    return connect(database, SUPERUSER, superuserPassword());
  }

  /**
   * Opens a session as the given role.
   *
   * @throws SQLException if the server is unavailable, has no such database, or rejects the login
   */
  default Connection connect(String database, String user, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("ApplicationName", "local-stack");
    // Not by DriverManager, which looks up drivers by class loader: Quarkus tests have several.
    return Optional.ofNullable(new org.postgresql.Driver().connect(jdbcUrl(database), properties))
        .orElseThrow();
  }

  /**
   * Returns a session like {@link #connect(String)}. Sessions in the control and the maintenance
   * database are pooled: a login takes much longer than a short statement.
   *
   * @throws SQLException as {@link #connect(String)}
   */
  default Connection borrow(String database) throws SQLException {
    return borrow(database, SUPERUSER, superuserPassword());
  }

  /**
   * {@link #borrow(String)} as the given role.
   *
   * @throws SQLException as {@link #connect(String, String, String)}
   */
  default Connection borrow(String database, String user, String password) throws SQLException {
    return SessionPool.borrow(this, database, user, password);
  }

  /** Closes the pooled sessions of a database, so that it can be dropped, renamed or copied. */
  default void closePooledSessions(String database) throws SQLException {
    SessionPool.closeIdle(this, database);
  }
}
