package io.tenantry.chaos;

import io.tenantry.localstack.KafkaBroker;
import io.tenantry.localstack.KafkaCluster;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackException;
import io.tenantry.localstack.LocalStackOptions;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.localstack.StandbyPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** PostgreSQL, with a synchronous standby if it is replicated, and one Kafka broker or three. */
final class Servers implements AutoCloseable {

  private static final int BROKERS = 3;
  private static final int COPIES = 10;
  private static final Duration SYNCHRONOUS_LIMIT = Duration.ofMinutes(1);

  private final LocalStack stack;
  private final LocalStackOptions options;
  private final @Nullable KafkaCluster cluster;
  private volatile PostgresServer primary;
  private volatile @Nullable PostgresServer standby;
  private int standbys;

  private Servers(LocalStack stack, LocalStackOptions options, @Nullable KafkaCluster cluster) {
    this.stack = stack;
    this.options = options;
    this.cluster = cluster;
    this.primary = stack.postgres();
  }

  /** Starts them; their data is deleted in the end. */
  static Servers start(ChaosOptions chosen, Path directory)
      throws SQLException, InterruptedException {
    LocalStackOptions options =
        LocalStackOptions.temporaryUnder(directory)
            .withDurability(LocalStackOptions.Durability.FULL)
            .withStatementLog(LocalStackOptions.StatementLog.OFF);
    LocalStack stack = LocalStack.start(options);
    if (chosen.servers() == ChaosOptions.Servers.SINGLE) {
      return new Servers(stack, options, null);
    }
    stack.kafka().stop();
    KafkaCluster cluster =
        KafkaCluster.start(own(stack).resolve("brokers"), BROKERS, options.durability());
    Servers servers = new Servers(stack, options, cluster);
    // A standby is copied while clients write: it needs what was written since then.
    run(servers.primary, "ALTER SYSTEM SET wal_keep_size = '4GB'");
    run(servers.primary, "SELECT pg_reload_conf()");
    servers.addStandby();
    return servers;
  }

  /** The directory of the stack, which is deleted with it. */
  private static Path own(LocalStack stack) {
    return stack.kafka().log().toAbsolutePath().resolveSibling("");
  }

  /** The variables with which services use the servers. */
  Map<String, String> environment() {
    Map<String, String> environment = stack.environment();
    if (cluster != null) {
      environment.put("KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrapServers());
      environment.put("KAFKA_REPLICATION_FACTOR", Integer.toString(BROKERS));
    }
    return environment;
  }

  /** The server that accepts writes. */
  PostgresServer primary() {
    return primary;
  }

  Server postgres() {
    return Server.of(primary);
  }

  List<Server> brokers() {
    List<KafkaBroker> all = cluster == null ? List.of(stack.kafka()) : cluster.brokers();
    List<Server> servers = new ArrayList<>();
    all.forEach(broker -> servers.add(Server.of(broker)));
    return servers;
  }

  /** Promotes the standby, which has every confirmed commit; the primary must have been killed. */
  void promote() throws SQLException {
    PostgresServer next = standby;
    if (next == null) {
      throw new IllegalStateException("there is no standby");
    }
    run(next, "SELECT pg_promote(true, 60)");
    // Commits would wait for its own standby, which does not exist yet.
    run(next, "ALTER SYSTEM RESET synchronous_standby_names");
    run(next, "SELECT pg_reload_conf()");
    PostgresServer former = primary;
    primary = next;
    standby = null;
    former.stop();
  }

  /** Adds a standby, and lets commits wait for it. */
  void addStandby() throws SQLException, InterruptedException {
    PostgresServer added = copy();
    run(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'");
    run(primary, "SELECT pg_reload_conf()");
    long end = System.nanoTime() + SYNCHRONOUS_LIMIT.toNanos();
    while (!isSynchronous()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the standby does not follow");
      }
      Thread.sleep(100);
    }
    standby = added;
  }

  /** A standby; a copy fails when a database is dropped while it is copied. */
  private PostgresServer copy() {
    for (int attempt = 1; ; attempt++) {
      try {
        return StandbyPostgres.start(primary, own(stack).resolve("standby-" + ++standbys), options);
      } catch (LocalStackException e) {
        if (attempt == COPIES) {
          throw e;
        }
      }
    }
  }

  private boolean isSynchronous() throws SQLException {
    try (Connection connection = primary.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'")) {
      return rows.next();
    }
  }

  /** A statement that must not wait for a standby. */
  private static void run(PostgresServer server, String sql) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = local");
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    if (cluster != null) {
      cluster.close();
    }
    if (standby != null) {
      standby.stop();
    }
    primary.stop();
    stack.close();
  }
}
