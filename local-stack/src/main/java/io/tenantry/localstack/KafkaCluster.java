package io.tenantry.localstack;

import io.tenantry.localstack.LocalStackOptions.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Several Kafka brokers, each also a controller. A topic has a replica on each, and a write is
 * acknowledged when all replicas but one have it. They are stopped with this JVM.
 */
public final class KafkaCluster implements AutoCloseable {

  private final List<EmbeddedKafka> brokers;

  private KafkaCluster(List<EmbeddedKafka> brokers) {
    this.brokers = brokers;
  }

  /**
   * Starts the brokers and waits until all serve clients.
   *
   * @param directory for their files; created
   * @param number how many, at least 3
   */
  public static KafkaCluster start(Path directory, int number, Durability durability) {
    List<Integer> ports = Ports.free(2 * number);
    List<Integer> clients = ports.subList(0, number);
    List<Integer> controllers = ports.subList(number, 2 * number);
    String voters =
        IntStream.range(0, number)
            .mapToObj(n -> "%d@127.0.0.1:%d".formatted(n + 1, controllers.get(n)))
            .collect(Collectors.joining(","));
    String cluster = EmbeddedKafka.randomId();
    List<EmbeddedKafka> brokers = new ArrayList<>();
    for (int n = 0; n < number; n++) {
      Path own = Directories.createPrivate(directory.toAbsolutePath().resolve("kafka-" + (n + 1)));
      try {
        EmbeddedKafka.format(own, n + 1, cluster);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      brokers.add(
          EmbeddedKafka.launch(
              own,
              clients.get(n),
              durability,
              settings(n + 1, clients.get(n), controllers.get(n), voters, number)));
    }
    KafkaCluster started = new KafkaCluster(List.copyOf(brokers));
    try {
      brokers.forEach(EmbeddedKafka::awaitReady);
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private static Map<String, String> settings(
      int node, int port, int controllerPort, String voters, int number) {
    String replicas = Integer.toString(number);
    String acknowledged = Integer.toString(number - 1);
    Map<String, String> settings = new TreeMap<>();
    settings.put("node.id", Integer.toString(node));
    settings.put("controller.quorum.voters", voters);
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
    settings.put("default.replication.factor", replicas);
    settings.put("min.insync.replicas", acknowledged);
    settings.put("offsets.topic.replication.factor", replicas);
    settings.put("transaction.state.log.replication.factor", replicas);
    settings.put("transaction.state.log.min.isr", acknowledged);
    // Several voters must wait for each other.
    settings.put("controller.quorum.election.timeout.ms", "1000");
    settings.put("controller.quorum.fetch.timeout.ms", "2000");
    // A broker that was killed is replaced as the leader after this time.
    settings.put("broker.session.timeout.ms", "6000");
    return settings;
  }

  /** Hosts and ports of all brokers. */
  public String bootstrapServers() {
    return brokers.stream().map(EmbeddedKafka::bootstrapServers).collect(Collectors.joining(","));
  }

  /** Each broker, which can be stopped and started again. */
  public List<KafkaBroker> brokers() {
    return List.copyOf(brokers);
  }

  @Override
  public void close() {
    brokers.forEach(EmbeddedKafka::kill);
  }
}
