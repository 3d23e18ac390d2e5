package io.tenantry.localstack;

import java.nio.file.Path;
import java.util.Locale;

/** A Kafka broker in a container. */
final class ContainerKafka implements KafkaBroker {
  private static final int PORT = 9092;

  private final ServerContainer container;
  private final int port;
  private int starts;

  ContainerKafka(Path directory, int port) {
    this.port = port;
    this.container =
        new ServerContainer(
            "kafka",
            "apache/kafka:" + EmbeddedKafka.version(),
            port,
            PORT,
            directory.resolve("kafka.log"));
  }

  void launch() {
    KafkaSettings.of(
            "PLAINTEXT://:" + PORT + ",CONTROLLER://:9093", bootstrapServers(), "localhost:9093")
        .forEach((name, value) -> container.addEnv(variable(name), value));
    container.start();
    starts = 1;
  }

  /** The image reads settings from the environment. */
  private static String variable(String setting) {
    return "KAFKA_" + setting.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  void awaitReady() {
    // The container's log contains the output of every start.
    container.awaitReady(
        () ->
            container.getLogs().lines().filter(line -> line.contains(EmbeddedKafka.READY)).count()
                >= starts);
  }

  void remove() {
    container.stop();
  }

  @Override
  public String bootstrapServers() {
    return container.getHost() + ":" + port;
  }

  @Override
  public Path log() {
    return container.copyLog();
  }

  @Override
  public synchronized void stop() {
    container.pause();
  }

  @Override
  public synchronized void start() {
    if (!container.isRunning()) {
      container.resume();
      starts++;
      awaitReady();
    }
  }
}
