package io.tenantry.backup.restore;

import io.tenantry.backup.lease.TenantLeases;
import io.tenantry.backup.tenant.TenantLookup;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantDirectory;
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
 * Drops the data that a restore or its undo has replaced, once it has expired or its tenant is
 * being deleted.
 *
 * <p>The job was submitted long before: an undo may have renamed the data and moved its expiry. So
 * the job takes the tenant's lease and reads everything again; if the data has not expired yet, the
 * job is postponed.
 */
@Singleton
final class DropFormerHandler implements JobHandler {

  static final String TYPE = "drop_former";

  private static final Logger LOG = Logger.getLogger(DropFormerHandler.class);
  private static final Set<TenantStatus> DELETED_STATUSES =
      EnumSet.of(TenantStatus.DELETING, TenantStatus.DELETED);

  private final RestoreRecords records;
  private final TenantLookup lookup;
  private final TenantDirectory tenants;
  private final TenantLeases leases;
  private final Replacements replacements;
  private final Clock clock;
  private final RestoreConfig config;

  DropFormerHandler(
      RestoreRecords records,
      TenantLookup lookup,
      TenantDirectory tenants,
      TenantLeases leases,
      Replacements replacements,
      Clock clock,
      RestoreConfig config) {
    this.records = records;
    this.lookup = lookup;
    this.tenants = tenants;
    this.leases = leases;
    this.replacements = replacements;
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
    ClusterAccess admin = lookup.clusterAccess(recorded.cluster());
    Replacement replacement = replacements.of(recorded.schema());
    Restore.Former kept = recorded;
    if (restore.status() == Restore.Status.COMPLETED && replacement.isUndone(admin, restore)) {
      // The undo crashed between the swap and its record.
      kept = recorded.undone(restore.id(), clock.instant().plus(config.undoWindow()));
      records.undo(restore.id(), kept, clock.instant());
    }
    Duration left = Duration.between(clock.instant(), kept.expiresAt());
    if (left.isPositive() && !isDeleted(restore.tenantId())) {
      LOG.infof(
          "replaced data is kept tenant=%s name=%s until=%s",
          restore.tenantId(), kept.name(), kept.expiresAt());
      return JobOutcome.postponed(left);
    }
    held.require();
    replacement.drop(admin, restore, kept);
    records.dropFormer(restore.id(), kept, clock.instant());
    return JobOutcome.done();
  }

  /** Whether the tenant is being deleted, or deleted, in the registry now. */
  private boolean isDeleted(UUID tenantId) {
    tenants.forget(tenantId);
    return tenants
        .find(tenantId)
        .map(tenant -> DELETED_STATUSES.contains(tenant.status()))
        .orElse(true);
  }
}
