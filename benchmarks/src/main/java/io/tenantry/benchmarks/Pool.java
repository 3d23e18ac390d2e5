package io.tenantry.benchmarks;

import io.tenantry.localstack.LocalStack;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * The service's warm pool, looked at in the control database.
 *
 * @param size how many entries it has when it is full
 */
record Pool(LocalStack stack, int size) {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Waits until the pool is full, and nobody is busy with it. */
  void awaitFull() throws SQLException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (ready() < size) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the pool does not get full");
      }
      Thread.sleep(Duration.ofMillis(100));
    }
  }

  private int ready() throws SQLException {
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
