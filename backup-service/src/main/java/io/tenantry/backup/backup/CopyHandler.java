package io.tenantry.backup.backup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.postgres.PlatformThreads;
import io.tenantry.backup.store.Stores;
import io.tenantry.backup.store.Upload;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Copies a backup's stored file to another store, and checks its size and checksum. */
@Singleton
final class CopyHandler implements JobHandler {

  static final String TYPE = "copy";

  private final BackupRecords records;
  private final CopyRecords copies;
  private final Archives archives;
  private final Stores stores;
  private final Clock clock;
  private final Config config;

  CopyHandler(
      BackupRecords records,
      CopyRecords copies,
      Archives archives,
      Stores stores,
      Clock clock,
      Config config) {
    this.records = records;
    this.copies = copies;
    this.archives = archives;
    this.stores = stores;
    this.clock = clock;
    this.config = config;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(config.attempts(), config.retryDelay(), config.maxRetryDelay());
  }

  @Override
  public JobOutcome run(RunningJob job) throws InterruptedException {
    Copies.Task task = job.data(Copies.Task.class);
    Backup backup = records.usable(task.backupId());
    job.step("copy");
    try (Upload upload = stores.named(task.store()).startUpload(backup.archiveId().objectKey())) {
      long bytes = backup.file().orElseThrow().bytes();
      PlatformThreads.run(
          () -> {
            archives.copy(
                stores.named(backup.file().orElseThrow().store()),
                backup.expected(),
                upload,
                done -> job.progress(done, bytes, "bytes"));
            return true;
          },
          () -> {});
      upload.commit();
    }
    copies.complete(backup.id(), task.store(), clock.instant());
    return JobOutcome.done();
  }

  @Override
  public void cleanUp(RunningJob job, Job.Failure failure) {
    Copies.Task task = job.data(Copies.Task.class);
    copies.fail(task.backupId(), task.store(), failure.code());
  }

  @ConfigMapping(prefix = "tenantry.backup.copying")
  interface Config {

    /** How many times a copy is attempted; the other region may be unavailable for a night. */
    @WithDefault("10")
    int attempts();

    /** The delay before the second attempt; doubled for each further one. */
    @WithDefault("30s")
    Duration retryDelay();

    /** The longest delay between attempts. */
    @WithDefault("2h")
    Duration maxRetryDelay();
  }
}
