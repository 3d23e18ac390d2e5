package io.tenantry.localstack;

import java.util.List;
import org.testcontainers.DockerClientFactory;

/** PostgreSQL and Kafka in containers, run by Testcontainers. */
final class ContainerServers implements StackServers {
  private final ContainerPostgres postgres;
  private final ContainerKafka kafka;
  private final StackDirectory directory;
  private final LocalStackOptions options;
  private final ShutdownActions shutdown;

  ContainerServers(StackDirectory directory, LocalStackOptions options, Secrets secrets) {
    // Testcontainers knows the containers' host only after it created a client.
    DockerClientFactory.instance().client();
    List<Integer> ports = Ports.free(2);
    this.postgres =
        new ContainerPostgres(directory.path(), ports.get(0), secrets.superuserPassword(), options);
    this.kafka = new ContainerKafka(directory.path(), ports.get(1));
    this.directory = directory;
    this.options = options;
    this.shutdown = new ShutdownActions(directory::close);
    shutdown.addFirst(this::remove);
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
    shutdown.addFirst(server::remove);
    server.launch();
    server.awaitReady();
    return server;
  }

  @Override
  public TlsKafka startKafka(String name, KafkaTls tls) {
    throw new LocalStackException(
        "a broker with TLS is not supported in containers; run the stack as child processes");
  }

  @Override
  public ShutdownActions shutdown() {
    return shutdown;
  }
}
