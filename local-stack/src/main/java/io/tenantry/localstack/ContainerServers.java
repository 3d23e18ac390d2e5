package io.tenantry.localstack;

import java.util.List;
import org.testcontainers.DockerClientFactory;

/** PostgreSQL and Kafka in containers, by Testcontainers. */
final class ContainerServers implements StackServers {
  private final ContainerPostgres postgres;
  private final ContainerKafka kafka;
  private final StackDirectory directory;
  private final LocalStackOptions options;
  private final Ending ending;

  ContainerServers(StackDirectory directory, LocalStackOptions options, Secrets secrets) {
    // Without a client it cannot yet say which host containers are reached at.
    DockerClientFactory.instance().client();
    List<Integer> ports = Ports.free(2);
    this.postgres =
        new ContainerPostgres(directory.path(), ports.get(0), secrets.superuserPassword(), options);
    this.kafka = new ContainerKafka(directory.path(), ports.get(1));
    this.directory = directory;
    this.options = options;
    this.ending = new Ending(directory::close);
    ending.before(this::remove);
  }

  void start() {
    kafka.launch();
    postgres.launch();
    postgres.awaitReady();
    kafka.awaitReady();
  }

  private void remove() {
    kafka.remove();
    postgres.remove();
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
    ContainerPostgres server =
        new ContainerPostgres(
            Directories.createPrivate(directory.path().resolve(name)),
            Ports.free(1).getFirst(),
            postgres.superuserPassword(),
            options);
    ending.before(server::remove);
    server.launch();
    server.awaitReady();
    return server;
  }

  @Override
  public SecureKafka startKafka(String name, KafkaTls tls) {
    throw new LocalStackException("a broker with TLS runs as a child process only");
  }

  @Override
  public Ending ending() {
    return ending;
  }
}
