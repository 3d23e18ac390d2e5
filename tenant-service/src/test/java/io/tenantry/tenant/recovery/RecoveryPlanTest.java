package io.tenantry.tenant.recovery;

import static io.tenantry.tenant.TenantApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackResource;
import io.tenantry.tenant.Postgres;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
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

  @AfterEach
  void removeTheEntry() {
    Postgres.execute(
        Postgres.CONTROL,
        "DELETE FROM control_plane.pool_entries WHERE tenant_id = '%s'".formatted(entry));
  }

  @Test
  void leavesAPoolEntryThatAReplicaIsMaking() {
    addPoolEntry("now() + interval '1 minute'");

    assertThat(plannedActions()).isEmpty();
    store.forgetPoolEntry(entry);
    assertThat(isStored()).isTrue();
  }

  @Test
  void forgetsAPoolEntryWhoseMakerIsGoneAndThatIsNotOnTheCluster() throws SQLException {
    addPoolEntry("now() + interval '2 seconds'");
    try (Connection holder = LocalStack.shared().postgres().connect(Postgres.CONTROL);
        Statement lock = holder.createStatement()) {
      holder.setAutoCommit(false);
      // The pool removes such an entry, too, but passes by a row that is locked.
      lock.execute(
          "SELECT FROM control_plane.pool_entries WHERE tenant_id = '%s' FOR UPDATE"
              .formatted(entry));
      await()
          .untilAsserted(() -> assertThat(plannedActions()).containsExactly("forget_pool_entry"));
    }

    store.forgetPoolEntry(entry);
    await().until(() -> !isStored());
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

  private List<String> plannedActions() {
    return asAdmin()
        .get("/api/v1/recovery/plan")
        .jsonPath()
        .param("tenant", entry.toString())
        .getList("items.findAll { it.tenant_id == tenant }.action");
  }

  private boolean isStored() {
    return !Postgres.column(
            Postgres.CONTROL,
            "SELECT tenant_id FROM control_plane.pool_entries WHERE tenant_id = ?",
            entry)
        .isEmpty();
  }
}
