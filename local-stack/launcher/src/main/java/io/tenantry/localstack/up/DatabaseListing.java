package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import io.tenantry.localstack.PostgresAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Describes a database as the server lists it, with psql if it is installed, else with a query. */
final class DatabaseListing {
  private static final String QUERY =
      """
      SELECT datname AS database, pg_get_userbyid(datdba) AS owner,
        pg_encoding_to_char(encoding) AS encoding, datconnlimit AS connections,
        pg_size_pretty(pg_database_size(oid)) AS size
      FROM pg_database
      WHERE datname = %s
      """;

  private final PostgresAddress server;

  DatabaseListing(PostgresAddress server) {
    this.server = server;
  }

  /**
   * Describes the database in some lines of text.
   *
   * @throws LocalStackException if the server has no such database
   */
  String of(String database) {
    return psql().map(program -> byPsql(program, database)).orElseGet(() -> byQuery(database));
  }

  private static Optional<Path> psql() {
    return Arrays.stream(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":", -1))
        .map(folder -> Path.of(folder, "psql"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private String byPsql(Path program, String database) {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    program.toString(),
                    "--no-psqlrc",
                    "--variable=database=" + database,
                    "--file=-"))
            .redirectErrorStream(true);
    builder.environment().put("PGHOST", server.host());
    builder.environment().put("PGPORT", Integer.toString(server.port()));
    builder.environment().put("PGUSER", PostgresAddress.SUPERUSER);
    builder.environment().put("PGPASSWORD", server.superuserPassword());
    builder.environment().put("PGDATABASE", "postgres");
    try {
      Process process = builder.start();
      try (var input = process.getOutputStream()) {
        input.write((QUERY.formatted(":'database'") + ";").getBytes(StandardCharsets.UTF_8));
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .stripTrailing();
      if (process.waitFor() != 0 || !output.contains(database)) {
        throw notFound(database, output);
      }
      return output;
    } catch (IOException e) {
      throw new LocalStackException("psql failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while running psql", e);
    }
  }

  private String byQuery(String database) {
    try (Connection connection = server.connect("postgres");
        PreparedStatement query = connection.prepareStatement(QUERY.formatted("?"))) {
      query.setString(1, database);
      try (ResultSet found = query.executeQuery()) {
        if (!found.next()) {
          throw notFound(database, "");
        }
        return "database %s, owner %s, %s, at most %d connections, %s"
            .formatted(
                found.getString("database"),
                found.getString("owner"),
                found.getString("encoding"),
                found.getInt("connections"),
                found.getString("size"));
      }
    } catch (SQLException e) {
      throw new LocalStackException("the databases could not be listed: " + e.getMessage(), e);
    }
  }

  private static LocalStackException notFound(String database, String output) {
    return new LocalStackException("the server does not list " + database + "\n" + output);
  }
}
