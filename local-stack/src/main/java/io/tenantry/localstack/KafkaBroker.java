package io.tenantry.localstack;

import java.nio.file.Path;

/**
 * A running Kafka broker. Its address and data stay the same when it is stopped and started again.
 */
public interface KafkaBroker {

  /** Host and port, for the setting {@code bootstrap.servers} of Kafka clients. */
  String bootstrapServers();

  /** The path of its log. If the broker runs in a container, this call copies the current log. */
  Path log();

  /** Stops the broker; does nothing if it is stopped already. */
  void stop();

  /**
   * Starts the broker after {@link #stop()} and waits until it serves requests; does nothing if it
   * is running.
   *
   * @throws LocalStackException if it does not start, with the last lines of its log
   */
  void start();
}
