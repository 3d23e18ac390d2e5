package io.tenantry.backup.backup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.backup.store.Stores;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;

/** Has backups copied to the second store, where there is one. */
@Singleton
public final class Copies {

  private final CopyRecords records;
  private final Stores stores;
  private final Jobs jobs;
  private final Clock clock;

  Copies(CopyRecords records, Stores stores, Jobs jobs, Clock clock) {
    this.records = records;
    this.stores = stores;
    this.jobs = jobs;
    this.clock = clock;
  }

  /** What the job of a copy is given. */
  @RegisterForReflection
  record Task(UUID backupId, String store) {}

  /** Plans a copy in the caller's transaction. */
  public void request(Sql transaction, ArchiveId id) {
    stores
        .secondary()
        .ifPresent(
            store -> {
              UUID jobId = UUID.randomUUID();
              jobs.submit(
                  transaction,
                  NewJob.of(CopyHandler.TYPE, new Task(id.backupId(), store.name()))
                      .withId(jobId)
                      .about(id.tenantId()));
              records.add(transaction, id.backupId(), store.name(), jobId);
            });
  }

  /**
   * Records a copy that was found in a store, the same as the backup, in the caller's transaction.
   */
  public void adopt(Sql transaction, UUID backupId, String store, UUID jobId) {
    records.adopt(transaction, backupId, store, jobId, clock.instant());
  }
}
