package io.tenantry.tenant.provisioning;

import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.provisioning.RollbackStore.RollbackStart;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who may decide what becomes of a provisioning whose lease has expired. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("T8")
class LeasesTest {

  private static final int ALL = 1000;

  private final UUID tenant = UUID.randomUUID();
  @Inject Leases leases;
  @Inject RollbackStore store;

  @AfterEach
  void remove() {
    Postgres.execute(
        Postgres.CONTROL,
        "DELETE FROM control_plane.tenants WHERE tenant_id = '%s'".formatted(tenant));
  }

  /** It could not renew the lease while the control database was away, and goes on. */
  @Test
  void replicaDoesNotTakeOverWhatItIsWorkingOn() {
    leases.whileHeld(
        tenant,
        () -> {
          insert(leases.replica(), "-1 minute");
          assertThat(store.takeOver(ALL))
              .extracting(TenantDatabase::tenantId)
              .doesNotContain(tenant);
          return true;
        });
  }

  @Test
  void replicaThatLostItsLeaseDoesNotRollBack() {
    insert(UUID.randomUUID(), "1 minute");

    assertThat(store.startRollback(tenant, Optional.empty())).isEqualTo(RollbackStart.TAKEN_OVER);

    assertThat(status()).isEqualTo("provisioning");
  }

  @Test
  void replicaWithLeaseRollsBack() {
    insert(leases.replica(), "1 minute");

    assertThat(store.startRollback(tenant, Optional.empty())).isEqualTo(RollbackStart.STARTED);

    assertThat(status()).isEqualTo("rolling_back");
  }

  private String status() {
    return Postgres.value(
        Postgres.CONTROL,
        "SELECT status FROM control_plane.tenants WHERE tenant_id = '%s'".formatted(tenant));
  }

  private void insert(UUID replica, String expiresIn) {
    Postgres.execute(
        Postgres.CONTROL,
        """
        INSERT INTO control_plane.tenants
          (tenant_id, name, environment, status, blueprint, blueprint_version, region,
           lease_owner, lease_expires_at)
        VALUES ('%1$s', '%2$s', 'production', 'provisioning', 'car', '', 'us-east-1',
          '%3$s', now() + interval '%4$s');
        INSERT INTO control_plane.tenant_databases
          (tenant_id, cluster, host, port, database_name, role_name)
        VALUES ('%1$s', 'default', 'localhost', 5432, 'car_%1$s', 'car_%1$s');
        """
            .formatted(tenant, newName(), replica, expiresIn));
  }
}
