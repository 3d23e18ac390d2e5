package io.tenantry.localstack;

import io.tenantry.localstack.LocalStack.StartListener;
import io.tenantry.localstack.LocalStackOptions.Persistent;
import io.tenantry.localstack.LocalStackOptions.Temporary;
import java.time.Duration;

/** PostgreSQL and Kafka as child processes. */
final class EmbeddedServers implements StackServers {
  private final StackDirectory directory;
  private final LocalStackOptions options;
  private final ShutdownActions shutdown;
  private final AdditionalServers others;
  private volatile EmbeddedPostgres postgres;
  private volatile EmbeddedKafka kafka;

  EmbeddedServers(StackDirectory directory, LocalStackOptions options) {
    this.directory = directory;
    this.options = options;
    this.shutdown = new ShutdownActions(directory::close);
    this.others = new AdditionalServers(directory.path(), options);
  }

  void start(int postgresPort, int kafkaPort, Secrets secrets, StartListener listener) {
    long start = System.nanoTime();
    // The broker takes longest to start, so PostgreSQL starts in parallel.
    kafka = EmbeddedKafka.launch(directory.path(), kafkaPort, options);
    shutdown.addFirst(this::stopServers);
    postgres =
        EmbeddedPostgres.start(
            directory.path(), postgresPort, secrets.superuserPassword(), options);
    ControlDatabase.prepare(postgres, secrets);
    listener.ready(
        "PostgreSQL " + postgres.version(), postgres.host() + ":" + postgres.port(), since(start));
    kafka.awaitReady();
    listener.ready("Kafka " + EmbeddedKafka.version(), kafka.bootstrapServers(), since(start));
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
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
  public PostgresServer startPostgres(String name) {
    return others.startPostgres(name, postgres.superuserPassword());
  }

  @Override
  public TlsKafka startKafka(String name, KafkaTls tls) {
    return others.startKafka(name, tls);
  }

  @Override
  public ShutdownActions shutdown() {
    return shutdown;
  }

  private void stopServers() {
    switch (options.storage()) {
      case Temporary unused -> {
        kafka.kill();
        others.kill();
        if (postgres != null) {
          postgres.kill();
        }
      }
      case Persistent unused -> {
        kafka.stop();
        others.stop();
        if (postgres != null) {
          postgres.stop();
        }
      }
    }
  }
}
