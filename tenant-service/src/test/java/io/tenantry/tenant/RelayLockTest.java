package io.tenantry.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.messaging.Relay;
import io.tenantry.kernel.messaging.Relays;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** The lock by which one replica relays a table, on the real control database. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class RelayLockTest {

  /** The lock's name waits for this, so that the test decides when a replica gets the lock. */
  private static final int GATE = 471_100;

  @Inject Relays relays;
  @Inject Database database;

  @Test
  void readsWhatPreviousReplicaLeftWhenItReleasedTheLock() {
    database.run("CREATE TABLE relay_lock_test (position bigint)");
    database.run("INSERT INTO relay_lock_test VALUES (1)");
    Rows rows = new Rows();
    Relay relay = relays.create("relay of a test", rows);

    database.transact(
        sql -> {
          sql.run("SELECT pg_advisory_xact_lock($1)", (long) GATE);
          relay.start();
          await().until(RelayLockTest::isWaiting);
          sql.run("DELETE FROM relay_lock_test");
        });

    await().until(() -> !rows.read.isEmpty());
    relay.stop();
    database.run("DROP TABLE relay_lock_test");
    assertThat(rows.read.peek()).isEmpty();
  }

  private static boolean isWaiting() {
    return Postgres.value(
            Postgres.CONTROL,
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = "
                + GATE)
        .equals("1");
  }

  private static final class Rows implements Relay.Source {

    private final Queue<List<Long>> read = new ConcurrentLinkedQueue<>();

    @Override
    public String lock() {
      return "'test' || pg_advisory_xact_lock_shared(%d)::text".formatted(GATE);
    }

    @Override
    public List<Relay.Message> read(Sql transaction, int limit) {
      read.add(
          transaction.list(row -> row.getLong("position"), "SELECT position FROM relay_lock_test"));
      return List.of();
    }

    @Override
    public void remove(Sql transaction, Long[] positions) {}
  }
}
