package io.tenantry.localstack;

import io.tenantry.localstack.LocalStackOptions.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A separate Kafka broker whose clients log in with a password (SASL/PLAIN), and which permits only
 * what ACLs grant. It is stopped by {@link #close()}, or with this JVM.
 */
public final class AclKafka implements AutoCloseable {
  /** The superuser, who can also change ACLs. */
  public static final String ADMIN = "admin";

  private static final String LOGIN_MODULE =
      "org.apache.kafka.common.security.plain.PlainLoginModule";

  private final Path directory;
  private final Map<String, String> passwords;
  private final EmbeddedKafka broker;

  private AclKafka(Path directory, Map<String, String> passwords, EmbeddedKafka broker) {
    this.directory = directory;
    this.passwords = passwords;
    this.broker = broker;
  }

  /**
   * Starts a broker and waits until it serves clients.
   *
   * @param parent the directory in which it creates its own
   * @param users the users that can log in besides {@link #ADMIN}; they have no permissions yet
   */
  public static AclKafka start(Path parent, Set<String> users) {
    Map<String, String> passwords = new TreeMap<>();
    Stream.concat(users.stream(), Stream.of(ADMIN))
        .forEach(user -> passwords.put(user, UUID.randomUUID().toString()));
    Path directory =
        Directories.createPrivate(parent.toAbsolutePath().resolve("kafka-" + UUID.randomUUID()));
    EmbeddedKafka broker =
        EmbeddedKafka.launch(
            directory, Ports.free(1).getFirst(), Durability.RELAXED, settings(passwords));
    AclKafka kafka = new AclKafka(directory, passwords, broker);
    try {
      broker.awaitReady();
      return kafka;
    } catch (RuntimeException e) {
      kafka.close();
      throw e;
    }
  }

  private static Map<String, String> settings(Map<String, String> passwords) {
    String users =
        passwords.entrySet().stream()
            .map(user -> "user_%s=\"%s\"".formatted(user.getKey(), user.getValue()))
            .collect(Collectors.joining(" "));
    return Map.of(
        "listener.security.protocol.map",
        "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name",
        "PLAINTEXT",
        "sasl.enabled.mechanisms",
        "PLAIN",
        "sasl.mechanism.inter.broker.protocol",
        "PLAIN",
        "listener.name.plaintext.plain.sasl.jaas.config",
        jaas(ADMIN, password(passwords, ADMIN)).replace(";", " " + users + ";"),
        "authorizer.class.name",
        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        // ANONYMOUS is the broker itself on its controller's listener.
        "super.users",
        "User:" + ADMIN + ";User:ANONYMOUS");
  }

  private static String password(Map<String, String> passwords, String user) {
    return Optional.ofNullable(passwords.get(user))
        .orElseThrow(() -> new IllegalArgumentException("there is no user " + user));
  }

  private static String jaas(String user, String password) {
    return "%s required username=\"%s\" password=\"%s\";".formatted(LOGIN_MODULE, user, password);
  }

  /** Host and port. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** Settings of a Kafka client that logs in as this user. */
  public Map<String, Object> client(String user) {
    return client(user, password(passwords, user));
  }

  /** Settings of a Kafka client that logs in as this user with this password. */
  public Map<String, Object> client(String user, String password) {
    return Map.of(
        "bootstrap.servers",
        bootstrapServers(),
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        jaas(user, password));
  }

  /** Environment variables of a service that logs in as this user. */
  public Map<String, String> environment(String user) {
    return client(user).entrySet().stream()
        .collect(
            Collectors.toMap(
                setting -> "KAFKA_" + setting.getKey().replace('.', '_').toUpperCase(Locale.ROOT),
                setting -> setting.getValue().toString()));
  }

  /** Writes an executable file that runs Kafka's {@code kafka-acls}. */
  public Path acls() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return executable(
        "kafka-acls",
        """
        #!/bin/sh
        CLASSPATH='%s' exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
          -XX:+AutoCreateSharedArchive -XX:SharedArchiveFile='%s' \
          -Dorg.slf4j.simpleLogger.defaultLogLevel=error org.apache.kafka.tools.AclCommand "$@"
        """
            .formatted(
                Resources.text("kafka.classpath").strip(),
                java,
                directory.resolve("kafka-acls.jsa")));
  }

  private Path executable(String name, String text) {
    Path file = directory.resolve(name);
    Directories.writePrivate(file, text);
    try {
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file with the settings of a client that logs in as this user. */
  public Path clientFile(String user) {
    Path file = directory.resolve(user + ".properties");
    Directories.writePrivate(
        file,
        client(user).entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
            .collect(Collectors.joining()));
    return file;
  }

  @Override
  public void close() {
    broker.kill();
    Directories.discard(directory);
  }
}
