package io.tenantry.localstack;

import io.tenantry.localstack.LocalStack.StartListener;
import io.tenantry.localstack.LocalStackOptions.Kept;
import io.tenantry.localstack.LocalStackOptions.ThrownAway;
import java.time.Duration;

/** PostgreSQL and Kafka as child processes. */
final class EmbeddedServers implements StackServers {
  private final StackDirectory directory;
  private final LocalStackOptions options;
  private final Ending ending;
  private final OtherServers others;
  private volatile EmbeddedPostgres postgres;
  private volatile EmbeddedKafka kafka;

  EmbeddedServers(StackDirectory directory, LocalStackOptions options) {
    this.directory = directory;
    this.options = options;
    this.ending = new Ending(directory::close);
    this.others = new OtherServers(directory.path(), options);
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
    return others.startPostgres(name, postgres.superuserPassword());
  }

  @Override
  public SecureKafka startKafka(String name, KafkaTls tls) {
    return others.startKafka(name, tls);
  }

  @Override
  public Ending ending() {
    return ending;
  }

  private void endServers() {
    switch (options.storage()) {
      case ThrownAway unused -> {
        kafka.kill();
        others.kill();
        if (postgres != null) {
          postgres.kill();
        }
      }
      case Kept unused -> {
        kafka.stop();
        others.stop();
        if (postgres != null) {
          postgres.stop();
        }
      }
    }
  }
}
