package io.tenantry.localstack;

import io.tenantry.localstack.LocalStack.StartListener;
import io.tenantry.localstack.LocalStackOptions.Kept;
import io.tenantry.localstack.LocalStackOptions.ThrownAway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** PostgreSQL and Kafka as child processes. */
final class EmbeddedServers implements StackServers {
  private final StackDirectory directory;
  private final LocalStackOptions options;
  private final Ending ending;
  private final Queue<EmbeddedPostgres> others = new ConcurrentLinkedQueue<>();
  private final Queue<EmbeddedKafka> otherBrokers = new ConcurrentLinkedQueue<>();
  private volatile EmbeddedPostgres postgres;
  private volatile EmbeddedKafka kafka;

  EmbeddedServers(StackDirectory directory, LocalStackOptions options) {
    this.directory = directory;
    this.options = options;
    this.ending = new Ending(directory::close);
  }

  void start(int postgresPort, int kafkaPort, Secrets secrets, StartListener listener) {
    long begin = System.nanoTime();
    // The broker takes longest, so PostgreSQL starts meanwhile.
    kafka = EmbeddedKafka.launch(directory.path(), kafkaPort, options);
    ending.before(this::endServers);
    postgres =
        EmbeddedPostgres.start(
            directory.path(), postgresPort, secrets.superuserPassword(), options);
    ControlDatabase.prepare(postgres, secrets);
    listener.ready(
        "PostgreSQL " + postgres.version(), postgres.host() + ":" + postgres.port(), since(begin));
    kafka.awaitReady();
    listener.ready("Kafka " + EmbeddedKafka.version(), kafka.bootstrapServers(), since(begin));
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
    Path home = Directories.createPrivate(directory.path().resolve(name));
    EmbeddedPostgres server =
        EmbeddedPostgres.start(
            home, Ports.free(1).getFirst(), postgres.superuserPassword(), options);
    others.add(server);
    return server;
  }

  @Override
  public SecureKafka startKafka(String name, KafkaTls tls) {
    Path home = Directories.createPrivate(directory.path().resolve(name));
    List<Integer> ports = Ports.free(3);
    EmbeddedKafka broker =
        EmbeddedKafka.launch(
            home,
            ports.get(0),
            options,
            settings -> SecureKafka.settings(home, tls, ports.get(1), ports.get(2), settings));
    otherBrokers.add(broker);
    broker.awaitReady();
    return new SecureKafka(broker, ports.get(1), ports.get(2));
  }

  @Override
  public void beforeClose(Runnable action) {
    ending.before(action);
  }

  @Override
  public void close() {
    ending.now();
  }

  private void endServers() {
    switch (options.storage()) {
      case ThrownAway unused -> {
        kafka.kill();
        otherBrokers.forEach(EmbeddedKafka::kill);
        others.forEach(EmbeddedPostgres::kill);
        if (postgres != null) {
          postgres.kill();
        }
      }
      case Kept unused -> {
        kafka.stop();
        otherBrokers.forEach(EmbeddedKafka::stop);
        others.forEach(EmbeddedPostgres::stop);
        if (postgres != null) {
          postgres.stop();
        }
      }
    }
  }
}
