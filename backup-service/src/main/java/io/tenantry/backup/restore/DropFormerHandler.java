package io.tenantry.backup.restore;

import io.tenantry.backup.postgres.SchemaSwap;
import io.tenantry.backup.postgres.ScratchDatabases;
import io.tenantry.backup.postgres.ScratchDatabases.Purpose;
import io.tenantry.backup.tenant.TenantPlaces;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Drops what a restore replaced, when nobody may want it back any more. */
@Singleton
final class DropFormerHandler implements JobHandler {

  static final String TYPE = "drop_former";

  private final RestoreRecords records;
  private final TenantPlaces places;
  private final ScratchDatabases scratch;
  private final SchemaSwap schemas;
  private final Clock clock;

  DropFormerHandler(
      RestoreRecords records,
      TenantPlaces places,
      ScratchDatabases scratch,
      SchemaSwap schemas,
      Clock clock) {
    this.records = records;
    this.places = places;
    this.scratch = scratch;
    this.schemas = schemas;
    this.clock = clock;
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
    Restore restore = records.get(job.data(Restores.Task.class).restoreId());
    Optional<Restore.Former> former = restore.former().filter(kept -> kept.droppedAt().isEmpty());
    former.ifPresent(
        kept -> {
          drop(restore, kept);
          records.dropFormer(restore.id(), clock.instant());
        });
    return JobOutcome.done();
  }

  private void drop(Restore restore, Restore.Former kept) {
    ClusterAccess access = places.admin(kept.cluster());
    if (kept.schema().isPresent()) {
      // A tenant that is gone took its owner role, and all that belonged to it, with it.
      places
          .find(restore.tenantId())
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
