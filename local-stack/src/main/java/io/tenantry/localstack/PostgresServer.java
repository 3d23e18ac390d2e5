package io.tenantry.localstack;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A running PostgreSQL server. Its address and data stay the same when it is stopped and started
 * again.
 */
public interface PostgresServer {

  /** The name of the superuser. */
  String SUPERUSER = "postgres";

  String host();

  int port();

  /** The password of {@link #SUPERUSER}. */
  String superuserPassword();

  /**
   * Its log, times in UTC. A server that runs elsewhere has it copied here by this call, as it is
   * then.
   */
  Path log();

  /**
   * The folder of PostgreSQL's programs on this machine. There is {@code initdb} and {@code
   * postgres}; {@code psql}, {@code pg_dump} and {@code pg_restore} only where PostgreSQL is
   * installed.
   *
   * @throws LocalStackException when there are none and none can be unpacked
   */
  Path binDirectory();

  /** Ends the server and every session on it; does nothing when it is stopped. */
  void stop();

  /**
   * Starts the server after {@link #stop()}; does nothing when it runs. Returns once it takes
   * connections.
   *
   * @throws LocalStackException when it does not start, with the last lines of its log
   */
  void start();

  /** The JDBC address of a database on this server, without user and password. */
  default String jdbcUrl(String database) {
    return "jdbc:postgresql://" + host() + ":" + port() + "/" + database;
  }

  /**
   * Opens a session as superuser.
   *
   * @throws SQLException when the server is stopped or has no such database
   */
  default Connection connect(String database) throws SQLException {
    return connect(database, SUPERUSER, superuserPassword());
  }

  /**
   * Opens a session as the given role.
   *
   * @throws SQLException when the server is stopped, has no such database, or refuses the role
   */
  default Connection connect(String database, String user, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("ApplicationName", "local-stack");
    // Not by DriverManager: it looks drivers up by class loader, and Quarkus' tests have several.
    return new org.postgresql.Driver().connect(jdbcUrl(database), properties);
  }
}
