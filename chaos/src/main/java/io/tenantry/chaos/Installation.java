package io.tenantry.chaos;

import io.tenantry.localstack.Ports;
import io.tenantry.testing.TcpRelay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * PostgreSQL, Kafka and replicas of the three services. Each replica reaches the control database
 * by a relay of its own; all, and the tenants, reach the cluster by another.
 */
final class Installation implements AutoCloseable {

  static final List<String> SERVICES =
      List.of("tenant-service", "ingestion-service", "backup-service");

  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  /** Recovery is as in production, and only sooner, so that a run shows more of it. */
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("LOG_JSON", "false"),
          Map.entry("ACCESS_LOG", "false"),
          Map.entry("SHUTDOWN_DELAY", "0s"),
          Map.entry("POOL_SIZE", "2"),
          Map.entry("PROVISIONING_LEASE", "9s"),
          Map.entry("PROVISIONING_JOB_ATTEMPTS", "50"),
          Map.entry("PROVISIONING_JOB_RETRY_DELAY", "3s"),
          Map.entry("TENANTRY_PROVISIONING_RENEWAL_INTERVAL", "3s"),
          Map.entry("TENANTRY_JOBS_HEARTBEAT", "2s"),
          Map.entry("TENANTRY_BACKUP_LEASE_LENGTH", "15s"),
          Map.entry("TENANTRY_BACKUP_MAKING_RETRY_DELAY", "2s"),
          Map.entry("TENANTRY_BACKUP_MAKING_MAX_RETRY_DELAY", "10s"),
          Map.entry("WEBHOOK_TIMEOUT", "5s"),
          Map.entry("TENANTRY_WEBHOOKS_LEASE", "15s"),
          Map.entry("TENANTRY_EXTRACTION_MAX_RETRY_DELAY", "3s"));

  private final Servers servers;
  private final Optional<Path> disk;
  private final TcpRelay cluster;
  private final List<Replica> replicas = new ArrayList<>();
  private final Map<String, TcpRelay> relays = new TreeMap<>();

  private Installation(Servers servers, Optional<Path> disk) throws IOException {
    this.servers = servers;
    this.disk = disk;
    this.cluster = relay();
  }

  private TcpRelay relay() throws IOException {
    return new TcpRelay(servers.primary().host(), servers.primary().port());
  }

  /**
   * Starts everything and waits until it is ready.
   *
   * @param receiver host and port that may receive webhooks
   */
  static Installation start(ChaosOptions options, String receiver)
      throws IOException, SQLException, InterruptedException {
    Path work = options.project().resolve("chaos/target");
    Path data = options.disk().orElse(work);
    Installation installation =
        new Installation(Servers.start(options, data.resolve("stack")), options.disk());
    try {
      installation.launch(options, receiver, work, data);
      for (Replica replica : installation.replicas) {
        replica.awaitReady(START_LIMIT);
      }
      return installation;
    } catch (IOException | InterruptedException | RuntimeException e) {
      installation.close();
      throw e;
    }
  }

  private void launch(ChaosOptions options, String receiver, Path work, Path data)
      throws IOException {
    Path backups = Files.createDirectories(data.resolve("backups-" + System.nanoTime()));
    for (String service : SERVICES) {
      for (int n = 1; n <= options.replicas(); n++) {
        String name = service + "-" + n;
        TcpRelay relay = relay();
        relays.put(name, relay);
        Map<String, String> environment = new TreeMap<>(servers.environment());
        environment.putAll(SETTINGS);
        environment.put("CONTROL_DATABASE_HOST", "127.0.0.1");
        environment.put("CONTROL_DATABASE_PORT", Integer.toString(relay.port()));
        environment.put("TENANT_CLUSTER_HOST", "127.0.0.1");
        environment.put("TENANT_CLUSTER_PORT", Integer.toString(cluster.port()));
        environment.put("TENANT_BACKUP_PATH", backups.toString());
        environment.put("OUTBOUND_ALLOWED", receiver);
        replicas.add(
            new Replica(
                name,
                options.project().resolve(service).resolve("target/quarkus-app"),
                work,
                Ports.free(1).getFirst(),
                environment));
      }
    }
  }

  /** The PostgreSQL server that accepts writes. */
  Server postgres() {
    return servers.postgres();
  }

  /** All Kafka brokers. */
  List<Server> brokers() {
    return servers.brokers();
  }

  /** The file system that can be filled. */
  Optional<Path> disk() {
    return disk;
  }

  /** Promotes the standby of a primary that was killed, and moves the address to it. */
  void promoteStandby() throws SQLException {
    servers.promote();
    relays.values().forEach(this::redirect);
    redirect(cluster);
  }

  private void redirect(TcpRelay relay) {
    relay.redirect(servers.primary().host(), servers.primary().port());
  }

  /** Adds a standby that commits wait for. */
  void addStandby() throws SQLException, InterruptedException {
    servers.addStandby();
  }

  /** All replicas of all services. */
  List<Replica> replicas() {
    return replicas;
  }

  /** The replicas of one service. */
  List<Replica> replicas(String service) {
    return replicas.stream().filter(replica -> replica.name().startsWith(service)).toList();
  }

  /** The connections of a replica to the control database. */
  TcpRelay relay(Replica replica) {
    return Objects.requireNonNull(relays.get(replica.name()));
  }

  /** The connections of all to the tenants' cluster. */
  TcpRelay cluster() {
    return cluster;
  }

  /** The addresses of Kafka. */
  String bootstrapServers() {
    return Optional.ofNullable(servers.environment().get("KAFKA_BOOTSTRAP_SERVERS")).orElseThrow();
  }

  String adminKey() {
    return Optional.ofNullable(servers.environment().get("TENANTRY_ADMIN_KEY")).orElseThrow();
  }

  /** A session of the superuser, past all relays. */
  Connection connect(String database) throws SQLException {
    return servers.primary().connect(database);
  }

  @Override
  public void close() {
    replicas.forEach(Replica::close);
    relays.values().forEach(TcpRelay::close);
    cluster.close();
    servers.close();
  }
}
