package io.tenantry.backup.verification;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.postgres.Loads;
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
 * Reads a stored backup to its end: every segment is authentic, the checksum is the recorded one,
 * and the archive inside lists its contents.
 */
@Singleton
final class VerificationHandler implements JobHandler {

  static final String TYPE = "verification";

  private final BackupRecords records;
  private final Archives archives;
  private final Stores stores;
  private final Loads loads;
  private final Clock clock;

  VerificationHandler(
      BackupRecords records, Archives archives, Stores stores, Loads loads, Clock clock) {
    this.records = records;
    this.archives = archives;
    this.stores = stores;
    this.loads = loads;
    this.clock = clock;
  }

  /** What the job is given. */
  @RegisterForReflection
  record Task(UUID backupId, Optional<String> store) {}

  /**
   * The job's result.
   *
   * @param entries how many entries the archive's table of contents has
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
      note(backup, store, Backup.Verification.Result.INTACT, Optional.empty());
      return JobOutcome.done(
          new Result(backup.id(), store, backup.file().orElseThrow().bytes(), entries.size()));
    } catch (TenantryException e) {
      requireSameStore(backup, store);
      // A key that is not there says nothing of the file.
      if (e.code() == ErrorCode.BACKUP_DAMAGED) {
        note(backup, store, Backup.Verification.Result.DAMAGED, Optional.of(e.getMessage()));
      }
      throw e;
    }
  }

  /** Of a file that is looked for in another store than it was written to nothing is known. */
  private void requireSameStore(Backup backup, String store) {
    Backup.StoredFile file = backup.file().orElseThrow();
    if (store.equals(file.store())
        && file.storeId().isPresent()
        && !stores.named(store).id().equals(file.storeId())) {
      throw new TenantryException(
          ErrorCode.STORE_UNAVAILABLE,
          "The backup is in another store than the one that is configured as %s now."
              .formatted(store));
    }
  }

  /** The record tells of the file it names; a copy's state is the job's alone. */
  private void note(
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
      return loads.list(dump);
    } catch (IOException e) {
      throw new TenantryException(
          ErrorCode.STORE_UNAVAILABLE, "The stored backup could not be read.", e);
    }
  }
}
