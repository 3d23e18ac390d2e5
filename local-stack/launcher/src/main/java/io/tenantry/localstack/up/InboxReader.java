package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import io.tenantry.localstack.PostgresAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Reads the events that ingestion-service delivered to a tenant's database. */
final class InboxReader {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String QUERY =
      """
      SELECT jsonb_pretty(to_jsonb(event) - 'raw_data' - 'attributes')
      FROM inbox_events AS event
      ORDER BY position DESC
      LIMIT 1
      """;

  private final PostgresAddress server;

  InboxReader(PostgresAddress server) {
    this.server = server;
  }

  /**
   * Waits for an event in a tenant's database and returns the newest one.
   *
   * @throws LocalStackException if there is none within a minute
   */
  String newest(String database) {
    return Polling.await("an event in " + database, TIMEOUT, () -> find(database));
  }

  /** Returns the newest event in a tenant's database, if there is one. */
  Optional<String> find(String database) {
    try (Connection connection = server.connect(database);
        PreparedStatement query = connection.prepareStatement(QUERY);
        ResultSet found = query.executeQuery()) {
      return found.next() ? Optional.of(found.getString(1)) : Optional.empty();
    } catch (SQLException e) {
      throw new LocalStackException("the tenant's events could not be read: " + e.getMessage(), e);
    }
  }
}
