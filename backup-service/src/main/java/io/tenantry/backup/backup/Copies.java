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

/** Requests copies of backups in the secondary store, if one is configured. */
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

  /** The data of a copy job. */
  @RegisterForReflection
  record Task(UUID backupId, String store) {}

  /** Submits a copy job in the caller's transaction; does nothing without a secondary store. */
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

  /** Records an identical copy that was found in a store, in the caller's transaction. */
  public void adopt(Sql transaction, UUID backupId, String store, UUID jobId) {
    records.adopt(transaction, backupId, store, jobId, clock.instant());
  }
}
