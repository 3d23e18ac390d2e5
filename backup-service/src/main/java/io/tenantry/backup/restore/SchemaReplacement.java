package io.tenantry.backup.restore;

import io.tenantry.backup.postgres.SchemaSwap;
import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Replaces the data of a tenant that has a schema in the shared database. */
@Singleton
final class SchemaReplacement implements Replacement {

  private final BackupFiles files;
  private final SchemaSwap swap;
  private final TenantLookup lookup;
  private final Clock clock;

  SchemaReplacement(BackupFiles files, SchemaSwap swap, TenantLookup lookup, Clock clock) {
    this.files = files;
    this.swap = swap;
    this.lookup = lookup;
    this.clock = clock;
  }

  @Override
  public List<String> steps() {
    return List.of("load", "verify", "swap", "record", "analyze");
  }

  @Override
  public boolean isDone(RestoreWork work) {
    return swap.exists(work.access(), work.target(), work.name(Purpose.FORMER));
  }

  @Override
  public Swapped replace(RestoreWork work) throws InterruptedException {
    SchemaSwap.Plan plan =
        new SchemaSwap.Plan(
            work.access(), work.target(), work.manifest(), work.name(Purpose.FORMER));
    SchemaSwap.Result result =
        files.use(
            work.backup(),
            work.store(),
            work::reportBytes,
            dump -> {
              work.job().step("load");
              return swap.restore(
                  plan,
                  dump,
                  counted -> {
                    work.job().step("verify");
                    work.requireSame(plan.tables(), counted);
                    work.job().step("swap");
                    work.requireTime();
                  });
            });
    return new Swapped(
        result.replaced(),
        Optional.of(result.downtime()),
        Optional.of(Duration.between(work.startedAt(), clock.instant())),
        List.copyOf(result.notes()));
  }

  @Override
  public Restore.Former former(RestoreWork work, Instant expiry) {
    return new Restore.Former(
        work.target().cluster(),
        work.target().database(),
        Optional.of(work.name(Purpose.FORMER)),
        expiry,
        Optional.empty());
  }

  /** Does nothing: a failed transaction leaves nothing. */
  @Override
  public void discard(ClusterAccess access, Restore restore) {}

  @Override
  public boolean isUndone(ClusterAccess access, Restore restore) {
    return lookup
        .find(restore.tenantId())
        .map(TenantEntry::data)
        .filter(tenant -> swap.exists(access, tenant, Purpose.UNDONE.nameFor(restore.id())))
        .isPresent();
  }

  @Override
  public void undo(ClusterAccess access, TenantLocation tenant, Restore restore) {
    swap.undo(
        access,
        tenant,
        restore.former().orElseThrow().name(),
        Purpose.UNDONE.nameFor(restore.id()));
  }

  /** Does nothing for a deleted tenant: its data was dropped with its owner role. */
  @Override
  public void drop(ClusterAccess access, Restore restore, Restore.Former kept) {
    lookup
        .find(restore.tenantId())
        .map(TenantEntry::data)
        .ifPresent(tenant -> swap.drop(access, tenant, kept.name()));
  }
}
