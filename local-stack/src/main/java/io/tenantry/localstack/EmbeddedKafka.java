package io.tenantry.localstack;

import io.tenantry.localstack.LocalStackOptions.Durability;
import io.tenantry.localstack.SupervisedProcess.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** A Kafka broker that is its own controller, as a child process. */
final class EmbeddedKafka implements KafkaBroker {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);

  // The broker logs this when it is registered and serves clients.
  static final String READY = "Kafka Server started";

  private final Path directory;
  private final Path data;
  private final int port;
  private final Durability durability;
  private final Listeners listeners;
  private volatile SupervisedProcess process;

  private EmbeddedKafka(Path directory, int port, Durability durability, Listeners listeners) {
    this.directory = directory;
    this.data = dataIn(directory);
    this.port = port;
    this.durability = durability;
    this.listeners = listeners;
    this.process = startProcess();
  }

  /** Adds listeners to a broker's settings. */
  interface Listeners {
    Map<String, String> addTo(Map<String, String> settings) throws IOException;
  }

  /** Starts the process with the data in the directory, if there is any. */
  static EmbeddedKafka launch(Path directory, int port, LocalStackOptions options) {
    return launch(directory, port, options, settings -> settings);
  }

  /** {@link #launch(Path, int, LocalStackOptions)} with additional listeners. */
  static EmbeddedKafka launch(
      Path directory, int port, LocalStackOptions options, Listeners listeners) {
    return launch(directory, port, options.durability(), listeners);
  }

  /**
   * {@link #launch(Path, int, LocalStackOptions)} with different settings.
   *
   * @param changes broker settings that override the default ones; the clients' listener is named
   *     {@code PLAINTEXT}, whatever its protocol
   */
  static EmbeddedKafka launch(
      Path directory, int port, Durability durability, Map<String, String> changes) {
    return launch(
        directory,
        port,
        durability,
        settings -> {
          settings.putAll(changes);
          return settings;
        });
  }

  private static EmbeddedKafka launch(
      Path directory, int port, Durability durability, Listeners listeners) {
    return new EmbeddedKafka(directory, port, durability, listeners);
  }

  static String version() {
    return Resources.properties("artifacts.properties").getProperty("kafka.version");
  }

  @Override
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public Path log() {
    return logIn(directory);
  }

  private static Path dataIn(Path directory) {
    return directory.resolve("kafka");
  }

  /** The path of a broker's log. */
  static Path logIn(Path directory) {
    return directory.resolve("kafka.log");
  }

  @Override
  public synchronized void start() {
    if (!process.isAlive()) {
      process = startProcess();
    }
    awaitReady();
  }

  private SupervisedProcess startProcess() {
    Path properties = directory.resolve("kafka.properties");
    try {
      format(directory, 1, randomId());
      // The settings may contain passwords.
      Directories.writePrivate(properties, settings(Ports.free(1).getFirst()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SupervisedProcess.start(
        new SupervisedProcess.Command(
            "kafka",
            commandLine(properties),
            Map.of("CLASSPATH", Resources.text("kafka.classpath").strip()),
            directory,
            directory,
            log(),
            Signal.TERM,
            STOP_TIMEOUT));
  }

  /** Waits until the broker serves clients. */
  void awaitReady() {
    SupervisedProcess started = process;
    ServerReadiness.await(
        new ServerReadiness.ChildProcess(started),
        START_TIMEOUT,
        () -> started.log().contains(READY));
  }

  @Override
  public void stop() {
    process.stop(Signal.TERM, STOP_TIMEOUT);
  }

  /** Kills the broker. */
  void kill() {
    process.stop(Signal.KILL, KILL_TIMEOUT);
  }

  private List<String> commandLine(Path properties) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("--enable-native-access=ALL-UNNAMED");
    if (durability == Durability.RELAXED) {
      // Tests need a fast start rather than high throughput.
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add("-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info");
    command.add("-Dorg.slf4j.simpleLogger.showDateTime=true");
    command.add("-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS");
    command.addAll(List.of("kafka.Kafka", properties.toString()));
    return command;
  }

  /**
   * Does the same as {@code kafka-storage format}, without starting a JVM for it. Does nothing if
   * there is data already.
   */
  static void format(Path directory, int node, String cluster) throws IOException {
    Path meta = Files.createDirectories(dataIn(directory)).resolve("meta.properties");
    if (Files.exists(meta)) {
      return;
    }
    Directories.writePrivate(
        meta,
        """
        version=1
        cluster.id=%s
        node.id=%d
        directory.id=%s
        """
            .formatted(cluster, node, randomId()));
  }

  /** A random UUID in Kafka's format: 22 characters of URL-safe base64. */
  static String randomId() {
    UUID id = UUID.randomUUID();
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * 2);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  private String settings(int controllerPort) throws IOException {
    String controller = "127.0.0.1:" + controllerPort;
    String plain = "PLAINTEXT://" + bootstrapServers() + ",CONTROLLER://" + controller;
    Map<String, String> settings =
        new TreeMap<>(KafkaSettings.of(plain, bootstrapServers(), controller));
    settings.put("log.dirs", data.toString());
    return listeners.addTo(settings).entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
        .collect(Collectors.joining());
  }
}
