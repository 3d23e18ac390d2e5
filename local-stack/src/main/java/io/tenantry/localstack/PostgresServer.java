package io.tenantry.localstack;

import java.nio.file.Path;

/**
 * A running PostgreSQL server. Its address and data stay the same when it is stopped and started
 * again.
 */
public interface PostgresServer extends PostgresAddress {

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
}
