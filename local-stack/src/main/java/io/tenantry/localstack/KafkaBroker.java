package io.tenantry.localstack;

import java.nio.file.Path;

/**
 * A running Kafka broker. Its address and data stay the same when it is stopped and started again.
 */
public interface KafkaBroker {

  /** Host and port, as Kafka clients want them in {@code bootstrap.servers}. */
  String bootstrapServers();

  /** Its log. A broker that runs elsewhere has it copied here by this call, as it is then. */
  Path log();

  /** Ends the broker; does nothing when it is stopped. */
  void stop();

  /**
   * Starts the broker after {@link #stop()}; does nothing when it runs. Returns once it serves
   * requests.
   *
   * @throws LocalStackException when it does not start, with the last lines of its log
   */
  void start();
}
