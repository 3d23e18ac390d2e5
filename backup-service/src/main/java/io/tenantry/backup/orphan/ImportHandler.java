package io.tenantry.backup.orphan;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.postgres.PlatformThreads;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Runs imports of stored backups, each of which is read to its end. */
@Singleton
final class ImportHandler implements JobHandler {

  static final String TYPE = "import";

  private final Imports imports;

  ImportHandler(Imports imports) {
    this.imports = imports;
  }

  /** The job's data. */
  @RegisterForReflection
  record Task(Optional<UUID> tenantId) {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(5, Duration.ofSeconds(10), Duration.ofMinutes(10));
  }

  @Override
  public JobOutcome run(RunningJob job) throws InterruptedException {
    Optional<UUID> tenantId = job.data(Task.class).tenantId();
    job.step("read");
    return JobOutcome.done(
        PlatformThreads.run(
            () ->
                imports.run(tenantId, job.id(), (done, all) -> job.progress(done, all, "backups")),
            () -> {}));
  }
}
