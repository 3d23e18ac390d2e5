package io.tenantry.localstack;

import io.tenantry.localstack.LocalStackOptions.ThrownAway;

/** PostgreSQL and Kafka as child processes. */
final class EmbeddedServers implements StackServers {
  private final StackDirectory directory;
  private final LocalStackOptions options;
  private final Thread atExit = new Thread(this::end, "local-stack-end");
  private EmbeddedPostgres postgres;
  private EmbeddedKafka kafka;
  private boolean ended;

  EmbeddedServers(StackDirectory directory, LocalStackOptions options) {
    this.directory = directory;
    this.options = options;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  void start(int postgresPort, int kafkaPort, Secrets secrets) {
    // The broker takes longest, so PostgreSQL starts meanwhile.
    kafka = EmbeddedKafka.launch(directory.path(), kafkaPort, options);
    postgres =
        EmbeddedPostgres.start(
            directory.path(), postgresPort, secrets.superuserPassword(), options);
    kafka.awaitReady();
  }

  @Override
  public PostgresServer postgres() {
    return postgres;
  }

  @Override
  public KafkaBroker kafka() {
    return kafka;
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending already, so the hook has run or is about to find nothing to do.
      return;
    }
  }

  private synchronized void end() {
    if (ended) {
      return;
    }
    ended = true;
    boolean thrownAway = options.storage() instanceof ThrownAway;
    try {
      if (kafka != null) {
        if (thrownAway) {
          kafka.kill();
        } else {
          kafka.stop();
        }
      }
      if (postgres != null) {
        if (thrownAway) {
          postgres.kill();
        } else {
          postgres.stop();
        }
      }
    } finally {
      directory.close();
    }
  }
}
