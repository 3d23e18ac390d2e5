package io.tenantry.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.localstack.LocalStackOptions.Durability;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standby, promoted and followed by another, and a cluster of brokers. */
@Tag("servers")
class ReplicatedServersTest {

  @TempDir Path directory;

  @Test
  void standbyTakesThePlaceOfItsPrimaryAndIsFollowedAgain() throws SQLException {
    LocalStackOptions options =
        LocalStackOptions.temporaryUnder(directory).withDurability(Durability.FULL);
    PostgresServer primary = LocalStack.shared().startCluster("primary");
    execute(primary, "CREATE TABLE kept AS SELECT 1 AS n");
    PostgresServer standby = StandbyPostgres.start(primary, directory.resolve("standby"), options);
    execute(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'");
    execute(primary, "SELECT pg_reload_conf()");
    execute(primary, "INSERT INTO kept VALUES (2)");

    primary.stop();
    execute(standby, "SELECT pg_promote(true, 60)");
    execute(standby, "ALTER SYSTEM RESET synchronous_standby_names");
    execute(standby, "SELECT pg_reload_conf()");
    execute(standby, "INSERT INTO kept VALUES (3)");
    PostgresServer next = StandbyPostgres.start(standby, directory.resolve("next"), options);

    assertThat(count(next)).isEqualTo(3);
    next.stop();
    standby.stop();
  }

  @Test
  void brokersOfClusterServeWithoutOneOfThem() {
    try (KafkaCluster cluster =
        KafkaCluster.start(directory.resolve("brokers"), 3, Durability.RELAXED)) {
      cluster.brokers().getFirst().stop();
      cluster.brokers().getFirst().start();

      assertThat(cluster.bootstrapServers().split(",")).hasSize(3);
    }
  }

  private static void execute(PostgresServer server, String sql) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int count(PostgresServer server) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM kept")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
