package io.tenantry.localstack;

import java.nio.file.Path;

/**
 * A running PostgreSQL server. Its address and data stay the same when it is stopped and started
 * again.
 */
public interface PostgresServer extends PostgresAddress {

  /**
   * The path of its log, with times in UTC. If the server runs in a container, this call copies the
   * current log.
   */
  Path log();

  /**
   * The directory of PostgreSQL's programs on this machine. It contains {@code initdb} and {@code
   * postgres}, and if PostgreSQL is installed also {@code psql}, {@code pg_dump} and {@code
   * pg_restore}.
   *
   * @throws LocalStackException if there are no programs and they cannot be unpacked
   */
  Path binDirectory();

  /** Stops the server and closes all sessions; does nothing if it is stopped already. */
  void stop();

  /**
   * Starts the server after {@link #stop()} and waits until it accepts connections; does nothing if
   * it is running.
   *
   * @throws LocalStackException if it does not start, with the last lines of its log
   */
  void start();
}
