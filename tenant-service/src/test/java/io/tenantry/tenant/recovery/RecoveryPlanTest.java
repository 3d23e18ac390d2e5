package io.tenantry.tenant.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.recovery.RecoveryItem.Action;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Recovery forgets entries of the warm pool that are gone, and none that is being made. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("F2")
@Tag("P13")
class RecoveryPlanTest {

  private final UUID entry = UUID.randomUUID();

  @Inject RecoveryStore store;
  @Inject RecoveryPlanner planner;
  @Inject Clusters clusters;

  @AfterEach
  void removeTheEntry() {
    Postgres.execute(
        Postgres.CONTROL,
        "DELETE FROM control_plane.pool_entries WHERE tenant_id = '%s'".formatted(entry));
  }

  @Test
  void keepsPoolEntryInProgress() {
    addPoolEntry("now() + interval '1 minute'");

    assertThat(plannedActions()).isEmpty();
    store.forgetPoolEntry(entry);
    assertThat(isStored()).isTrue();
  }

  @Test
  void removesPoolEntryOfLostReplica() throws Exception {
    try (ExecutorService recovery = Executors.newSingleThreadExecutor();
        Connection holder = LocalStack.shared().postgres().connect(Postgres.CONTROL)) {
      holder.setAutoCommit(false);
      // The pool removes such an entry, too, but passes by a row that is locked.
      await().until(() -> addLocked(holder));
      assertThat(plannedActions()).containsExactly(Action.FORGET_POOL_ENTRY);

      Future<?> forgotten = recovery.submit(() -> store.forgetPoolEntry(entry));
      await().until(this::isForgetting);
      holder.rollback();
      forgotten.get();
    }

    assertThat(isStored()).isFalse();
  }

  /** False if the pool took the entry before it was locked. */
  private boolean addLocked(Connection holder) throws SQLException {
    removeTheEntry();
    addPoolEntry("now() - interval '1 minute'");
    List<String> locked =
        Postgres.column(
            holder,
            """
            SELECT 1 FROM control_plane.pool_entries
            WHERE tenant_id = ?
              AND lease_expires_at < now()
            FOR UPDATE
            """,
            entry);
    if (locked.isEmpty()) {
      holder.rollback();
    }
    return !locked.isEmpty();
  }

  private boolean isForgetting() {
    return !Postgres.column(
            Postgres.MAINTENANCE,
            """
            SELECT 1 FROM pg_stat_activity
            WHERE wait_event_type = 'Lock'
              AND query LIKE 'DELETE FROM control_plane.pool_entries%'
            """)
        .isEmpty();
  }

  private void addPoolEntry(String leaseExpiresAt) {
    Postgres.execute(
        Postgres.CONTROL,
        """
        INSERT INTO control_plane.pool_entries
          (tenant_id, blueprint, blueprint_version, cluster, database_name, role_name, lease_owner, lease_expires_at)
        SELECT '%1$s', name, version, 'default', '%2$s', '%2$s', gen_random_uuid(), %3$s
        FROM control_plane.blueprints
        WHERE name = 'car'
        LIMIT 1
        """
            .formatted(entry, "car_" + entry.toString().replace('-', '_'), leaseExpiresAt));
  }

  /** This part of the plan alone: all of it logs in to every tenant of the other tests. */
  private List<Action> plannedActions() {
    return planner.missingPoolEntries(clusters.named("default")).stream()
        .filter(item -> item.tenantId().equals(entry))
        .map(RecoveryItem::action)
        .toList();
  }

  private boolean isStored() {
    return !Postgres.column(
            Postgres.CONTROL,
            "SELECT tenant_id FROM control_plane.pool_entries WHERE tenant_id = ?",
            entry)
        .isEmpty();
  }
}
