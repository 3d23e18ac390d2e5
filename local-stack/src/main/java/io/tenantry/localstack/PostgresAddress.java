package io.tenantry.localstack;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/** Where a PostgreSQL server is, whoever runs it, and how its superuser logs in. */
public interface PostgresAddress {

  /** The name of the superuser. */
  String SUPERUSER = "postgres";

  String host();

  int port();

  /** The password of {@link #SUPERUSER}. */
  String superuserPassword();

  /** The JDBC address of a database on this server, without user and password. */
  default String jdbcUrl(String database) {
    return "jdbc:postgresql://" + host() + ":" + port() + "/" + database;
  }

  /**
   * Opens a session as superuser.
   *
   * @throws SQLException when the server is away or stopped or has no such database
   */
  default Connection connect(String database) throws SQLException {
    return connect(database, SUPERUSER, superuserPassword());
  }

  /**
   * Opens a session as the given role.
   *
   * @throws SQLException when the server is away or stopped, has no such database, or refuses the
   *     role
   */
  default Connection connect(String database, String user, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("ApplicationName", "local-stack");
    // Not by DriverManager: it looks drivers up by class loader, and Quarkus' tests have several.
    return Optional.ofNullable(new org.postgresql.Driver().connect(jdbcUrl(database), properties))
        .orElseThrow();
  }

  /**
   * A session as {@link #connect(String)} opens one. Those in the control and the maintenance
   * database are kept for the next caller when they are closed: a login is the dearest part of a
   * short statement.
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
    return KeptSessions.borrow(this, database, user, password);
  }

  /** Ends the kept sessions of a database that is to be dropped, renamed or copied. */
  default void endKeptSessions(String database) throws SQLException {
    KeptSessions.end(this, database);
  }
}
