package io.tenantry.backup.verification;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.postgres.DumpLoader;
import io.tenantry.backup.store.Stores;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Verifies a stored backup by reading it to its end: every segment must be authentic, the checksum
 * must be the recorded one, and the dump must have a readable table of contents.
 */
@Singleton
final class VerificationHandler implements JobHandler {

  static final String TYPE = "verification";

  private final BackupRecords records;
  private final Archives archives;
  private final Stores stores;
  private final DumpLoader loader;
  private final Clock clock;

  VerificationHandler(
      BackupRecords records, Archives archives, Stores stores, DumpLoader loader, Clock clock) {
    this.records = records;
    this.archives = archives;
    this.stores = stores;
    this.loader = loader;
    this.clock = clock;
  }

  /** The job's data. */
  @RegisterForReflection
  record Task(UUID backupId, Optional<String> store) {}

  /**
   * The job's result.
   *
   * @param entries the number of entries in the dump's table of contents
   */
  @RegisterForReflection
  record Result(UUID backupId, String store, long bytes, int entries) {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(3, Duration.ofSeconds(10), Duration.ofMinutes(1));
  }

  @Override
  public JobOutcome run(RunningJob job) throws InterruptedException {
    Task task = job.data(Task.class);
    Backup backup = records.usable(task.backupId());
    String first = backup.file().orElseThrow().store();
    String store = task.store().orElse(first);
    job.step("read");
    try {
      List<String> entries = read(job, backup, store);
      recordResult(backup, store, Backup.Verification.Result.INTACT, Optional.empty());
      return JobOutcome.done(
          new Result(backup.id(), store, backup.file().orElseThrow().bytes(), entries.size()));
    } catch (TenantryException e) {
      requireSameStore(backup, store);
      // A missing key does not mean that the file is damaged.
      if (e.code() == ErrorCode.BACKUP_DAMAGED) {
        recordResult(
            backup, store, Backup.Verification.Result.DAMAGED, Optional.of(e.getMessage()));
      }
      throw e;
    }
  }

  /** A file that is missing from another store than it was written to is not damaged. */
  private void requireSameStore(Backup backup, String store) {
    Backup.StoredFile file = backup.file().orElseThrow();
    if (store.equals(file.store())
        && file.storeId().isPresent()
        && !stores.named(store).id().equals(file.storeId())) {
      throw new TenantryException(
          ErrorCode.STORE_UNAVAILABLE,
          ("The backup was written to another store than the one now configured as %s; configure its"
                  + " store again.")
              .formatted(store));
    }
  }

  /** The record has the result for the file it names; a copy's result is in the job only. */
  private void recordResult(
      Backup backup, String store, Backup.Verification.Result result, Optional<String> error) {
    if (store.equals(backup.file().orElseThrow().store())) {
      records.recordVerification(backup.id(), result, error, clock.instant());
    }
  }

  private List<String> read(RunningJob job, Backup backup, String store)
      throws InterruptedException {
    long bytes = backup.file().orElseThrow().bytes();
    try (InputStream dump =
        archives.open(
            stores.named(store), backup.expected(), done -> job.progress(done, bytes, "bytes"))) {
      return loader.list(dump);
    } catch (IOException e) {
      throw new TenantryException(
          ErrorCode.STORE_UNAVAILABLE,
          "The stored backup could not be read; check the backup store.",
          e);
    }
  }
}
