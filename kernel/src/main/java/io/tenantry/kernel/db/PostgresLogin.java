package io.tenantry.kernel.db;

import io.vertx.pgclient.PgConnectOptions;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A login to a PostgreSQL database. The options of every client are built here, so that all of them
 * use the same TLS and {@link SessionSettings}.
 *
 * @param password empty for a login without a password
 */
public record PostgresLogin(
    String host, int port, String database, String user, String password, ServerTls tls) {

  /** The options of the reactive client. */
  public PgConnectOptions reactive() {
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(host)
            .setPort(port)
            .setDatabase(database)
            .setUser(user)
            .setPassword(password);
    SessionSettings.with(Map.of()).forEach(options::addProperty);
    return tls.applyTo(options);
  }

  /** The properties of the JDBC driver's data source. */
  public Properties jdbc() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("options", SessionSettings.options(Map.of()));
    properties.setProperty("sslmode", tls.sslMode());
    tls.rootCertificateFile()
        .ifPresent(file -> properties.setProperty("sslrootcert", file.toString()));
    return properties;
  }

  /** The environment of PostgreSQL's programs. */
  public Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PGHOST", host);
    environment.put("PGPORT", Integer.toString(port));
    environment.put("PGDATABASE", database);
    environment.put("PGUSER", user);
    environment.put("PGPASSWORD", password);
    environment.put("PGSSLMODE", tls.sslMode());
    environment.put("PGOPTIONS", SessionSettings.options(Map.of()));
    tls.rootCertificateFile().ifPresent(file -> environment.put("PGSSLROOTCERT", file.toString()));
    return environment;
  }

  /** Why the server's certificate was refused, if that was within the last minute. */
  public Optional<String> refusal() {
    return CertificateCheck.refusal(host, port);
  }

  @Override
  public String toString() {
    return "PostgresLogin[%s@%s:%d/%s]".formatted(user, host, port, database);
  }
}
