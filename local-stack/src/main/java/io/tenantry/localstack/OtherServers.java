package io.tenantry.localstack;

import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What a test starts beside a stack's two servers, as child processes. */
final class OtherServers {
  private final Path directory;
  private final LocalStackOptions options;
  private final Queue<EmbeddedPostgres> servers = new ConcurrentLinkedQueue<>();
  private final Queue<EmbeddedKafka> brokers = new ConcurrentLinkedQueue<>();

  OtherServers(Path directory, LocalStackOptions options) {
    this.directory = directory;
    this.options = options;
  }

  PostgresServer startPostgres(String name, String superuserPassword) {
    Path home = Directories.createPrivate(directory.resolve(name));
    EmbeddedPostgres server =
        EmbeddedPostgres.start(home, Ports.free(1).getFirst(), superuserPassword, options);
    servers.add(server);
    return server;
  }

  SecureKafka startKafka(String name, KafkaTls tls) {
    Path home = Directories.createPrivate(directory.resolve(name));
    List<Integer> ports = Ports.free(3);
    EmbeddedKafka broker =
        EmbeddedKafka.launch(
            home,
            ports.get(0),
            options,
            settings -> SecureKafka.settings(home, tls, ports.get(1), ports.get(2), settings));
    brokers.add(broker);
    broker.awaitReady();
    return new SecureKafka(broker, ports.get(1), ports.get(2));
  }

  void kill() {
    brokers.forEach(EmbeddedKafka::kill);
    servers.forEach(EmbeddedPostgres::kill);
  }

  void stop() {
    brokers.forEach(EmbeddedKafka::stop);
    servers.forEach(EmbeddedPostgres::stop);
  }
}
