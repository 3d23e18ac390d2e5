package io.tenantry.benchmarks;

import io.tenantry.localstack.LocalStack;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * The service's warm pool, as recorded in the control database.
 *
 * @param size the configured size of the pool
 */
record Pool(LocalStack stack, int size) {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** Waits until all entries of the pool are ready. */
  void awaitFull() throws SQLException, InterruptedException {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (countReady() < size) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the warm pool was not full in time");
      }
      Thread.sleep(Duration.ofMillis(100));
    }
  }

  private int countReady() throws SQLException {
    try (Connection connection = stack.postgres().connect("tenantry_control");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM control_plane.pool_entries WHERE status = 'ready'")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
