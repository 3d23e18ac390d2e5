package io.tenantry.localstack;

import io.tenantry.localstack.LocalStack.StartListener;
import io.tenantry.localstack.LocalStackOptions.Persistent;
import io.tenantry.localstack.LocalStackOptions.Temporary;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** PostgreSQL and Kafka as child processes. */
final class EmbeddedServers implements StackServers {
  private final StackDirectory directory;
  private final LocalStackOptions options;
  private final ShutdownActions shutdown;
  private final AdditionalServers others;
  private volatile @Nullable EmbeddedPostgres postgres;
  private volatile @Nullable EmbeddedKafka kafka;

  EmbeddedServers(StackDirectory directory, LocalStackOptions options) {
    this.directory = directory;
    this.options = options;
    this.shutdown = new ShutdownActions(directory::close);
    this.others = new AdditionalServers(directory.path(), options);
  }

  void start(int postgresPort, int kafkaPort, Secrets secrets, StartListener listener) {
    long start = System.nanoTime();
    // The broker takes longest to start, so PostgreSQL starts in parallel.
    EmbeddedKafka broker = EmbeddedKafka.launch(directory.path(), kafkaPort, options);
    kafka = broker;
    shutdown.addFirst(() -> stopServers(broker));
    EmbeddedPostgres server =
        EmbeddedPostgres.start(
            directory.path(), postgresPort, secrets.superuserPassword(), options);
    postgres = server;
    ControlDatabase.prepare(server, secrets);
    listener.ready(
        "PostgreSQL " + server.version(), server.host() + ":" + server.port(), since(start));
    broker.awaitReady();
    listener.ready("Kafka " + EmbeddedKafka.version(), broker.bootstrapServers(), since(start));
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  @Override
  public PostgresServer postgres() {
    return started(postgres);
  }

  @Override
  public KafkaBroker kafka() {
    return started(kafka);
  }

  private static <T> T started(@Nullable T server) {
    if (server == null) {
      throw new IllegalStateException("the stack has not started");
    }
    return server;
  }

  @Override
  public PostgresServer startPostgres(String name) {
    return others.startPostgres(name, postgres().superuserPassword());
  }

  @Override
  public TlsKafka startKafka(String name, KafkaTls tls) {
    return others.startKafka(name, tls);
  }

  @Override
  public ShutdownActions shutdown() {
    return shutdown;
  }

  private void stopServers(EmbeddedKafka broker) {
    switch (options.storage()) {
      case Temporary unused -> {
        broker.kill();
        others.kill();
        if (postgres != null) {
          postgres.kill();
        }
      }
      case Persistent unused -> {
        broker.stop();
        others.stop();
        if (postgres != null) {
          postgres.stop();
        }
      }
    }
  }
}
