package io.tenantry.backup.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.kernel.db.Database;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Leases start and end by the control database's clock, since a replica's may be wrong. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("P13")
class TenantLeasesTest {

  private static final Duration LENGTH = Duration.ofSeconds(30);

  @Inject Database database;

  private final UUID tenant = UUID.randomUUID();
  private final UUID holder = UUID.randomUUID();
  private TenantLeases leases;

  /** Given the database alone: no clock of the replica has a part in it. */
  @BeforeEach
  void useDatabaseOnly() {
    leases = new TenantLeases(database, () -> LENGTH);
  }

  @Test
  void doesNotTakeLeaseThatIsHeld() {
    hold("now() + interval '20 seconds'");

    assertThat(leases.take(tenant, TenantLeases.Operation.RESTORE, holder)).isEmpty();
    Set<UUID> taken =
        database.inTransaction(
            sql -> leases.take(sql, List.of(tenant), TenantLeases.Operation.MIGRATION, holder));
    assertThat(taken).isEmpty();
  }

  @Test
  void holderAndDatabaseAgreeOnEndOfLease() {
    try (TenantLeases.Lease lease =
        leases.take(tenant, TenantLeases.Operation.BACKUP, holder).orElseThrow()) {
      lease.require();
      assertThat(lease.remaining()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
      assertThat(secondsLeft()).isBetween(20.0, 30.0);
    }
    leases.take(tenant, TenantLeases.Operation.BACKUP, holder).orElseThrow().close();
    database.inTransaction(
        sql -> leases.take(sql, List.of(tenant), TenantLeases.Operation.MIGRATION, holder));
    assertThat(leases.renew(List.of(tenant), holder)).containsExactly(tenant);
    assertThat(secondsLeft()).isBetween(20.0, 30.0);
  }

  @Test
  void takesExpiredLease() {
    hold("now() - interval '1 second'");

    Optional<TenantLeases.Lease> lease =
        leases.take(tenant, TenantLeases.Operation.RESTORE, holder);

    assertThat(lease).isPresent();
    lease.get().close();
  }

  private void hold(String until) {
    ControlDatabase.execute(
        "INSERT INTO backup.tenant_leases VALUES (?, 'MIGRATION', gen_random_uuid(), "
            + until
            + ")",
        tenant);
  }

  private double secondsLeft() {
    return Double.parseDouble(
        ControlDatabase.column(
                "SELECT extract(epoch FROM expires_at - now()) FROM backup.tenant_leases WHERE tenant_id = ?",
                tenant)
            .getFirst());
  }
}
