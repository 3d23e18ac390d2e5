package io.tenantry.tenant.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.testing.TcpRelay;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections that stay open and carry nothing, as after a failover to another address. */
@Tag("P1")
class UnresponsiveServerTest {

  private static final int CONNECTIONS = 4;

  private final Vertx vertx = Vertx.vertx();
  private TcpRelay way;
  private Pool pool;
  private Database database;

  @BeforeEach
  void connect() throws IOException {
    PostgresServer server = LocalStack.shared().postgres();
    way = new TcpRelay(server.host(), server.port());
    pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(CONNECTIONS))
            .connectingTo(
                new PgConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(way.port())
                    .setDatabase("postgres")
                    .setUser("postgres")
                    .setPassword(server.superuserPassword()))
            .using(vertx)
            .build();
    database = new Database(pool, Duration.ofSeconds(4));
  }

  @AfterEach
  void close() {
    pool.close();
    way.close();
    vertx.close();
  }

  @Test
  void makesOneCallerWaitAndNotOnePerConnection() {
    assertThat(sessions()).doesNotHaveDuplicates().hasSize(CONNECTIONS);

    way.fallSilent();

    assertThatThrownBy(() -> database.run("SELECT 1"))
        .isInstanceOf(DatabaseUnavailable.class)
        .cause()
        .hasMessage("no answer within PT4S");
    for (int n = 0; n < CONNECTIONS; n++) {
      assertThat(database.run("SELECT 1").size()).isEqualTo(1);
    }
    assertThat(database.start("SELECT 1").join().size()).isEqualTo(1);
  }

  @Test
  void checksConnectionsThatAnotherUserOfPoolCheckedBefore() {
    sessions();
    Database other = new Database(pool, Duration.ofSeconds(4));
    assertThatThrownBy(() -> other.run("SELECT pg_sleep(5)"))
        .isInstanceOf(DatabaseUnavailable.class);
    List<CompletableFuture<RowSet<Row>>> checked =
        IntStream.range(0, CONNECTIONS).mapToObj(n -> other.start("SELECT pg_sleep(0.5)")).toList();
    checked.forEach(CompletableFuture::join);

    way.fallSilent();

    assertThatThrownBy(() -> database.run("SELECT 1")).isInstanceOf(DatabaseUnavailable.class);
    for (int n = 0; n < CONNECTIONS; n++) {
      assertThat(database.run("SELECT 1").size()).isEqualTo(1);
    }
  }

  @Test
  void keepsConnectionsThatAnswer() {
    List<Integer> before = sessions();

    assertThatThrownBy(() -> database.run("SELECT pg_sleep(5)"))
        .isInstanceOf(DatabaseUnavailable.class);

    assertThat(sessions()).filteredOn(before::contains).hasSize(CONNECTIONS - 1);
  }

  /** The server processes of all of the pool's sessions. */
  private List<Integer> sessions() {
    List<SqlConnection> all =
        IntStream.range(0, CONNECTIONS)
            .mapToObj(n -> Database.open(pool.getConnection(), Duration.ofSeconds(30)))
            .toList();
    List<Integer> processes =
        all.stream()
            .map(
                connection ->
                    Database.await(
                            connection.query("SELECT pg_backend_pid()").execute(),
                            Duration.ofSeconds(30))
                        .iterator()
                        .next()
                        .getInteger(0))
            .toList();
    all.forEach(connection -> Database.await(connection.close(), Duration.ofSeconds(30)));
    return processes;
  }
}
