package io.tenantry.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What some work costs the server: time, sessions at the peak, and written log. */
final class ClusterWatch {

  private static final Duration INTERVAL = Duration.ofMillis(50);

  /** How the sessions of the sampler of usage are named. */
  private static final String SAMPLER = "tenant-service usage";

  private static final String SESSIONS =
      """
      SELECT count(*) FILTER (WHERE datname = 'tenantry_control'), count(*) FILTER (WHERE datname <> 'tenantry_control'),
        count(*) FILTER (WHERE application_name = '%s')
      FROM pg_stat_activity
      WHERE backend_type = 'client backend'
        AND application_name <> 'local-stack'
      """
          .formatted(SAMPLER);

  private final Queries queries;
  private volatile boolean done;
  private long control;
  private long tenants;
  private long samplerNanos;

  private ClusterWatch(Queries queries) {
    this.queries = queries;
  }

  /**
   * A cost.
   *
   * @param controlSessions at the peak, in the control database
   * @param tenantSessions at the peak, in all other databases
   * @param walBytes what PostgreSQL wrote to its log, for all databases
   * @param samplerSeconds how long the sampler of usage had a session
   */
  record Cost(
      double seconds,
      long controlSessions,
      long tenantSessions,
      long walBytes,
      double samplerSeconds) {}

  /** Runs work and returns what it cost. */
  static Cost during(Queries queries, Statistics.Work work) throws Exception {
    ClusterWatch watch = new ClusterWatch(queries);
    CompletableFuture<Void> watching =
        CompletableFuture.runAsync(watch::watch, Thread::startVirtualThread);
    long wal = wal(queries);
    double seconds;
    try {
      seconds = Statistics.measureSeconds(work);
    } finally {
      watch.done = true;
      watching.join();
    }
    return new Cost(
        seconds, watch.control, watch.tenants, wal(queries) - wal, watch.samplerNanos / 1e9);
  }

  private static long wal(Queries queries) throws SQLException {
    return queries.number("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint");
  }

  private void watch() {
    try (Connection connection = queries.stack().postgres().connect(Queries.CONTROL);
        Statement statement = connection.createStatement()) {
      long before = System.nanoTime();
      while (!done) {
        try (ResultSet rows = statement.executeQuery(SESSIONS)) {
          rows.next();
          control = Math.max(control, rows.getLong(1));
          tenants = Math.max(tenants, rows.getLong(2));
          long now = System.nanoTime();
          samplerNanos += rows.getLong(3) > 0 ? now - before : 0;
          before = now;
        }
        Thread.sleep(INTERVAL);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
