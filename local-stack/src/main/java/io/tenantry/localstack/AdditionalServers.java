package io.tenantry.localstack;

import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Additional servers of a stack that tests start, as child processes. */
final class AdditionalServers {
  private final Path directory;
  private final LocalStackOptions options;
  private final Queue<EmbeddedPostgres> servers = new ConcurrentLinkedQueue<>();
  private final Queue<EmbeddedKafka> brokers = new ConcurrentLinkedQueue<>();

  AdditionalServers(Path directory, LocalStackOptions options) {
    this.directory = directory;
    this.options = options;
  }

  PostgresServer startPostgres(String name, String superuserPassword) {
    Path own = Directories.createPrivate(directory.resolve(name));
    EmbeddedPostgres server =
        EmbeddedPostgres.start(own, Ports.free(1).getFirst(), superuserPassword, options);
    servers.add(server);
    return server;
  }

  TlsKafka startKafka(String name, KafkaTls tls) {
    Path own = Directories.createPrivate(directory.resolve(name));
    List<Integer> ports = Ports.free(3);
    EmbeddedKafka broker =
        EmbeddedKafka.launch(
            own,
            ports.get(0),
            options,
            settings -> TlsKafka.settings(own, tls, ports.get(1), ports.get(2), settings));
    brokers.add(broker);
    broker.awaitReady();
    return new TlsKafka(broker, ports.get(1), ports.get(2));
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
