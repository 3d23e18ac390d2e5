package io.tenantry.localstack;

import io.tenantry.localstack.LocalStackOptions.Kept;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server and a Kafka broker that Tenantry's services can use at once: the control
 * database and the roles are there.
 */
public final class LocalStack implements AutoCloseable {
  /** The system property that chooses where {@link #shared()} gets its servers from. */
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
   * The stack of this JVM's tests, started by the first call and ended with the JVM. Its data lies
   * where {@link LocalStackOptions#thrownAway} puts it. The system property {@value #KIND} says
   * what it is made of: {@code embedded} (child processes, the default), {@code containers}, or
   * {@code attached} (what {@code deploy/local/stack} has ready).
   *
   * @throws LocalStackException when it cannot be started; every later call fails the same way
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
    LocalStackOptions options = LocalStackOptions.thrownAway();
    return switch (kind) {
      case "embedded" -> start(options);
      case "containers" -> startContainers(options);
      case "attached" -> attach(options);
      default ->
          throw new LocalStackException(KIND + " is embedded, containers or attached, not " + kind);
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
   * Class loaders that each load this class would each start a stack; nothing but slowness would
   * tell.
   */
  private static void refuseSecondCopy() {
    if (System.getProperties().putIfAbsent(SHARED_MARK, "started") != null) {
      throw new LocalStackException(
          "this class is loaded twice, and the other one has started the shared stack: set"
              + " quarkus.class-loading.parent-first-artifacts=io.tenantry:tenantry-local-stack");
    }
  }

  /**
   * Starts a stack of child processes. It ends with {@link #close()}, or with this JVM.
   *
   * @throws LocalStackException when a given port is taken, the folder is in use, or a server does
   *     not start
   */
  public static LocalStack start(LocalStackOptions options) {
    return start(options, (server, address, took) -> {});
  }

  /** Hears of a server that is ready. */
  @FunctionalInterface
  public interface StartListener {
    /**
     * Called for each server, in the order of their readiness.
     *
     * @param server its name and version
     * @param address host and port
     * @param took the time since the stack's start began
     */
    void ready(String server, String address, Duration took);
  }

  /**
   * Starts a stack of child processes and tells the listener how it goes.
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
        options.storage() instanceof Kept
            && EmbeddedPostgres.hasDataIn(directory)
            && !Secrets.existIn(directory);
    if (lost) {
      throw new LocalStackException(
          "the data in "
              + directory
              + " is of no use without its secrets, which are gone; remove it to start afresh");
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
   * Starts one more PostgreSQL server that may hold tenants' databases; its admin is the one that
   * {@link #environment()} names. It ends with the stack.
   *
   * @throws LocalStackException when it does not start
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
   * Starts one more PostgreSQL server, with a control database of its own; {@link
   * #environment(PostgresServer)} is for services that use it. It ends with the stack.
   *
   * @throws LocalStackException when it does not start
   */
  public PostgresServer startInstallation(String name) {
    PostgresServer server = servers.startPostgres(name);
    ControlDatabase.prepare(server, secrets);
    return server;
  }

  /**
   * Starts one more Kafka broker, which also listens with TLS. It ends with the stack.
   *
   * @throws LocalStackException when it does not start, or the stack is of containers
   */
  public SecureKafka startBroker(String name, KafkaTls tls) {
    return servers.startKafka(name, tls);
  }

  /** The environment that every service needs to use this stack, secrets included. */
  public Map<String, String> environment() {
    return environment(postgres());
  }

  /** One variable of {@link #environment()}. */
  public String variable(String name) {
    return Optional.ofNullable(environment().get(name)).orElseThrow();
  }

  /** {@link #environment()} of services whose control and tenants' databases are on that server. */
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
   * Has something done before the servers end, by {@link #close()} or with the JVM: to end what
   * uses them. Several are done in the reverse order of these calls.
   */
  public void beforeClose(Runnable action) {
    servers.beforeClose(action);
  }

  /** Ends both servers and removes their data if it was to be thrown away. */
  @Override
  public void close() {
    servers.close();
  }
}
