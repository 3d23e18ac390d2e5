package io.tenantry.backup.restore;

import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.postgres.SchemaSwap;
import io.tenantry.backup.postgres.ScratchDatabases;
import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantStatus;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Drops what a restore, or its undo, has replaced, once it has expired or its tenant is being
 * deleted.
 *
 * <p>The job was planned long before: an undo may have renamed what it was planned for, and moved
 * its expiry. So the tenant's lease is taken and everything read again, and what is not to be
 * dropped yet is looked at again when it is.
 */
@Singleton
final class DropFormerHandler implements JobHandler {

  static final String TYPE = "drop_former";

  private static final Logger LOG = Logger.getLogger(DropFormerHandler.class);
  private static final Set<TenantStatus> GOING =
      EnumSet.of(TenantStatus.DELETING, TenantStatus.DELETED);

  private final RestoreRecords records;
  private final TenantPlaces places;
  private final TenantDirectory tenants;
  private final TenantLeases leases;
  private final ScratchDatabases scratch;
  private final SchemaSwap schemas;
  private final Clock clock;
  private final RestoreConfig config;

  DropFormerHandler(
      RestoreRecords records,
      TenantPlaces places,
      TenantDirectory tenants,
      TenantLeases leases,
      ScratchDatabases scratch,
      SchemaSwap schemas,
      Clock clock,
      RestoreConfig config) {
    this.records = records;
    this.places = places;
    this.tenants = tenants;
    this.leases = leases;
    this.scratch = scratch;
    this.schemas = schemas;
    this.clock = clock;
    this.config = config;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(10, Duration.ofSeconds(10), Duration.ofHours(1));
  }

  @Override
  public JobOutcome run(RunningJob job) {
    Optional<TenantLeases.Lease> lease =
        leases.take(job.tenantId(), TenantLeases.Operation.RESTORE, job.id());
    if (lease.isEmpty()) {
      return JobOutcome.postponed(config.busyDelay());
    }
    try (TenantLeases.Lease held = lease.get()) {
      Restore restore = records.get(job.data(Restores.Task.class).restoreId());
      return restore
          .former()
          .filter(kept -> kept.droppedAt().isEmpty())
          .map(kept -> drop(restore, kept, held))
          .orElseGet(JobOutcome::done);
    }
  }

  private JobOutcome drop(Restore restore, Restore.Former recorded, TenantLeases.Lease held) {
    ClusterAccess admin = places.admin(recorded.cluster());
    Restore.Former kept = recorded;
    if (restore.status() == Restore.Status.completed && isUndone(admin, restore, recorded)) {
      // The process of the undo died between the swap and its record.
      kept = recorded.undone(restore.id(), clock.instant().plus(config.undoWindow()));
      records.undo(restore.id(), kept, clock.instant());
    }
    Duration left = Duration.between(clock.instant(), kept.expiresAt());
    if (left.isPositive() && !isGoing(restore.tenantId())) {
      LOG.infof("tenant=%s keeps %s until %s", restore.tenantId(), kept.name(), kept.expiresAt());
      return JobOutcome.postponed(left);
    }
    held.require();
    drop(restore, kept);
    records.dropFormer(restore.id(), kept, clock.instant());
    return JobOutcome.done();
  }

  private boolean isUndone(ClusterAccess admin, Restore restore, Restore.Former recorded) {
    String undone = Purpose.UNDONE.nameFor(restore.id());
    return recorded.schema().isPresent()
        ? places
            .find(restore.tenantId())
            .map(TenantEntry::data)
            .filter(tenant -> schemas.exists(admin, tenant, undone))
            .isPresent()
        : scratch.exists(admin, undone);
  }

  /** Whether the tenant is being deleted or gone, as the registry has it now. */
  private boolean isGoing(UUID tenantId) {
    tenants.forget(tenantId);
    return tenants.find(tenantId).map(tenant -> GOING.contains(tenant.status())).orElse(true);
  }

  private void drop(Restore restore, Restore.Former kept) {
    ClusterAccess access = places.admin(kept.cluster());
    if (kept.schema().isPresent()) {
      // A tenant that is gone took its owner role, and all that belonged to it, with it.
      places
          .find(restore.tenantId())
          .map(TenantEntry::data)
          .ifPresent(tenant -> schemas.drop(access, tenant, kept.name()));
    } else {
      Purpose purpose =
          kept.name().equals(Purpose.UNDONE.nameFor(restore.id()))
              ? Purpose.UNDONE
              : Purpose.FORMER;
      scratch.markOlder(access, kept.name(), restore.tenantId(), purpose, restore.id());
      scratch.drop(access, kept.name(), purpose.expected(restore.id()));
    }
  }
}
