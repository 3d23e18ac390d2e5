package io.tenantry.operator.backup;

import io.tenantry.operator.api.BackupApi;
import io.tenantry.operator.api.BackupApi.JobState;
import io.tenantry.operator.api.BackupApi.RestoreState;
import io.tenantry.operator.runtime.Draft;
import io.tenantry.operator.v1alpha1.TenantRestore;
import io.tenantry.operator.v1alpha1.TenantRestoreStatus;
import io.tenantry.operator.v1alpha1.TenantRestoreStatus.Choice;
import io.tenantry.operator.v1alpha1.TenantRestoreStatus.Step;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The status of a {@code TenantRestore} object while it is reconciled. */
final class RestoreDraft extends Draft<TenantRestoreStatus> {

  private final Clock clock;

  RestoreDraft(TenantRestore object, Clock clock) {
    super(object, clock);
    this.clock = clock;
  }

  Optional<Choice> choice() {
    return Optional.ofNullable(facts.choice());
  }

  Optional<UUID> jobId() {
    return Optional.ofNullable(facts.jobId()).map(UUID::fromString);
  }

  Optional<UUID> restoreId() {
    return Optional.ofNullable(facts.restoreId()).map(UUID::fromString);
  }

  /** Notes what will be restored. */
  void chosen(UUID tenant, UUID backup) {
    set(
        new Choice(
            tenant.toString(),
            backup.toString(),
            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString()),
        null);
  }

  /** Notes the job that restores it. */
  void requested(UUID job) {
    set(facts.choice(), job.toString());
  }

  private void set(@Nullable Choice choice, @Nullable String job) {
    facts =
        new TenantRestoreStatus(
            null, null, choice, job, null, null, null, null, null, null, null, null, null);
  }

  /** Takes over what backup-service says about the restore. */
  void describe(RestoreState restore, Optional<JobState> job) {
    facts =
        new TenantRestoreStatus(
            null,
            null,
            facts.choice(),
            facts.jobId(),
            restore.id().toString(),
            restore.status().reason(),
            job.map(found -> found.steps().stream().map(RestoreDraft::step).toList())
                .orElse(facts.steps()),
            restore.completedAt(),
            Optional.ofNullable(restore.former())
                .filter(former -> former.droppedAt() == null)
                .map(BackupApi.Former::expiresAt)
                .orElse(null),
            restore.rows(),
            restore.downtimeMs(),
            restore.error(),
            restore.errorMessage());
  }

  private static Step step(BackupApi.Step step) {
    return new Step(step.name(), step.status(), step.startedAt(), step.finishedAt());
  }
}
