package io.tenantry.localstack;

import io.tenantry.localstack.LocalStackOptions.Persistent;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server and a Kafka broker for Tenantry's services, with the control database and its
 * roles.
 */
public final class LocalStack implements AutoCloseable {
  /** The system property that selects how {@link #shared()} runs its servers. */
  public static final String KIND = "tenantry.stack";

  private static final String SHARED_MARK = "tenantry.stack.shared";

  private static @Nullable LocalStack shared;
  private static @Nullable String sharedFailure;

  private final StackServers servers;
  private final Secrets secrets;

  private LocalStack(StackServers servers, Secrets secrets) {
    this.servers = servers;
    this.secrets = secrets;
  }

  /**
   * The stack of this JVM's tests. It is started by the first call and stopped with the JVM. Its
   * data is stored as {@link LocalStackOptions#temporary} describes. The system property {@value
   * #KIND} selects how the servers run: {@code embedded} (child processes, the default), {@code
   * containers}, or {@code attached} (provided by {@code deploy/local/stack}).
   *
   * @throws LocalStackException if it cannot be started; later calls fail the same way
   */
  public static synchronized LocalStack shared() {
    if (sharedFailure != null) {
      throw new LocalStackException(sharedFailure);
    }
    if (shared == null) {
      refuseSecondCopy();
      try {
        shared = startShared(System.getProperty(KIND, "embedded"));
      } catch (RuntimeException e) {
        sharedFailure = "the shared stack did not start: " + e.getMessage();
        throw e;
      }
    }
    return shared;
  }

  private static LocalStack startShared(String kind) {
    LocalStackOptions options = LocalStackOptions.temporary();
    return switch (kind) {
      case "embedded" -> start(options);
      case "containers" -> startContainers(options);
      case "attached" -> attach(options);
      default ->
          throw new LocalStackException(
              KIND + " must be embedded, containers or attached, not " + kind);
    };
  }

  private static LocalStack attach(LocalStackOptions options) {
    AttachedServers servers = AttachedServers.attach(Path.of(""), options);
    return new LocalStack(servers, Secrets.in(servers.directory()));
  }

  private static LocalStack startContainers(LocalStackOptions options) {
    StackDirectory directory = StackDirectory.open(options.storage());
    Secrets secrets = Secrets.in(directory.path());
    ContainerServers servers = new ContainerServers(directory, options, secrets);
    try {
      servers.start();
      ControlDatabase.prepare(servers.postgres(), secrets);
      return new LocalStack(servers, secrets);
    } catch (RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  /**
   * If several class loaders load this class, each would start a stack, and only the lost time
   * would show it.
   */
  private static void refuseSecondCopy() {
    if (System.getProperties().putIfAbsent(SHARED_MARK, "started") != null) {
      throw new LocalStackException(
          "this class is loaded twice, and its other copy has started the shared stack; set"
              + " quarkus.class-loading.parent-first-artifacts=io.tenantry:tenantry-local-stack");
    }
  }

  /**
   * Starts a stack of child processes. It is stopped by {@link #close()}, or with this JVM.
   *
   * @throws LocalStackException if a given port is in use, the directory is in use, or a server
   *     does not start
   */
  public static LocalStack start(LocalStackOptions options) {
    return start(options, (server, address, took) -> {});
  }

  /** Is notified of each server that is ready. */
  @FunctionalInterface
  public interface StartListener {
    /**
     * Called for each server when it is ready.
     *
     * @param server its name and version
     * @param address host and port
     * @param took the time since the start of the stack
     */
    void ready(String server, String address, Duration took);
  }

  /**
   * Starts a stack of child processes and notifies the listener of each server that is ready.
   *
   * @throws LocalStackException as {@link #start(LocalStackOptions)}
   */
  public static LocalStack start(LocalStackOptions options, StartListener listener) {
    int postgresPort = options.postgresPort().resolve("PostgreSQL");
    int kafkaPort = options.kafkaPort().resolve("Kafka");
    StackDirectory directory = StackDirectory.open(options.storage());
    EmbeddedServers servers = new EmbeddedServers(directory, options);
    try {
      Secrets secrets = secretsIn(directory.path(), options);
      servers.start(postgresPort, kafkaPort, secrets, listener);
      return new LocalStack(servers, secrets);
    } catch (RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  private static Secrets secretsIn(Path directory, LocalStackOptions options) {
    boolean lost =
        options.storage() instanceof Persistent
            && EmbeddedPostgres.hasDataIn(directory)
            && !Secrets.existIn(directory);
    if (lost) {
      throw new LocalStackException(
          "the secrets of the data in "
              + directory
              + " are missing, so the data cannot be used; delete the directory to start again");
    }
    return Secrets.in(directory);
  }

  public PostgresServer postgres() {
    return servers.postgres();
  }

  public KafkaBroker kafka() {
    return servers.kafka();
  }

  /**
   * Starts an additional PostgreSQL server for tenants' databases, with the admin role from {@link
   * #environment()}. It is stopped with the stack.
   *
   * @throws LocalStackException if it does not start
   */
  public PostgresServer startCluster(String name) {
    PostgresServer server = servers.startPostgres(name);
    try {
      ControlDatabase.prepareCluster(server, secrets);
    } catch (SQLException e) {
      throw new LocalStackException("the cluster could not be prepared: " + e.getMessage(), e);
    }
    return server;
  }

  /**
   * Starts an additional PostgreSQL server with its own control database, for services with {@link
   * #environment(PostgresServer)}. It is stopped with the stack.
   *
   * @throws LocalStackException if it does not start
   */
  public PostgresServer startInstallation(String name) {
    PostgresServer server = servers.startPostgres(name);
    ControlDatabase.prepare(server, secrets);
    return server;
  }

  /**
   * Starts an additional Kafka broker that also listens with TLS. It is stopped with the stack.
   *
   * @throws LocalStackException if it does not start, or if the stack runs in containers
   */
  public TlsKafka startBroker(String name, KafkaTls tls) {
    return servers.startKafka(name, tls);
  }

  /** The environment variables with which a service uses this stack, including secrets. */
  public Map<String, String> environment() {
    return environment(postgres());
  }

  /** One variable of {@link #environment()}. */
  public String variable(String name) {
    return Optional.ofNullable(environment().get(name)).orElseThrow();
  }

  /**
   * {@link #environment()} for services whose control and tenants' databases are on this server.
   */
  public Map<String, String> environment(PostgresServer server) {
    Map<String, String> environment = new TreeMap<>();
    String port = Integer.toString(server.port());
    environment.put("CONTROL_DATABASE_HOST", server.host());
    environment.put("CONTROL_DATABASE_PORT", port);
    environment.put("CONTROL_DATABASE_NAME", ControlDatabase.NAME);
    environment.put("CONTROL_DATABASE_PASSWORD", secrets.controlDatabasePassword());
    environment.put("TENANT_CLUSTER_HOST", server.host());
    environment.put("TENANT_CLUSTER_PORT", port);
    environment.put("TENANT_CLUSTER_ADMIN_USER", ControlDatabase.CLUSTER_ADMIN);
    environment.put("TENANT_CLUSTER_ADMIN_PASSWORD", secrets.clusterAdminPassword());
    environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka().bootstrapServers());
    environment.put("TENANTRY_ADMIN_KEY", secrets.adminKey());
    environment.put("ENCRYPTION_KEY", secrets.encryptionKey());
    return environment;
  }

  /**
   * Adds an action that runs before the servers are stopped, by {@link #close()} or with the JVM.
   * Several actions run in the reverse order of these calls.
   */
  public void beforeClose(Runnable action) {
    servers.beforeClose(action);
  }

  /** Stops both servers, and deletes their data if it is temporary. */
  @Override
  public void close() {
    servers.close();
  }
}
