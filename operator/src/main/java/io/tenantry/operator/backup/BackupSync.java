package io.tenantry.operator.backup;

import io.tenantry.operator.api.ApiException;
import io.tenantry.operator.api.BackupApi;
import io.tenantry.operator.api.BackupApi.BackupState;
import io.tenantry.operator.api.BackupApi.JobState;
import io.tenantry.operator.api.BackupApi.NewBackup;
import io.tenantry.operator.api.BackupApi.Status;
import io.tenantry.operator.api.TenantApi.Page;
import io.tenantry.operator.runtime.Attempts;
import io.tenantry.operator.runtime.Blocked;
import io.tenantry.operator.runtime.Delays;
import io.tenantry.operator.tenant.OwnedTenants;
import io.tenantry.operator.v1alpha1.TenantBackup;
import io.tenantry.operator.v1alpha1.TenantBackupSpec.Kind;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Requests the backup of an object once, and reports how far it is. */
@Singleton
final class BackupSync {

  /**
   * How long after its creation an object may request its backup: less than the 24 hours for which
   * backup-service recognizes a repeated request.
   */
  static final Duration START_LIMIT = Duration.ofHours(12);

  private static final int PAGE = 100;

  private final BackupApi api;
  private final OwnedTenants tenants;
  private final Delays delays;
  private final Clock clock;

  BackupSync(@RestClient BackupApi api, OwnedTenants tenants, Delays delays, Clock clock) {
    this.api = api;
    this.tenants = tenants;
    this.delays = delays;
    this.clock = clock;
  }

  /**
   * Continues an object's backup.
   *
   * @return when to look again; empty once it has finished
   */
  Optional<Duration> proceed(TenantBackup object, BackupDraft draft) {
    if (draft.jobId().isEmpty()) {
      request(object, draft);
    }
    BackupState backup = OneShot.request(() -> find(draft));
    if (!draft.tenantId().equals(Optional.of(backup.tenantId()))) {
      throw Blocked.failed("BackupOfAnotherTenant", "The backup belongs to another tenant.");
    }
    draft.describe(backup);
    switch (backup.status()) {
      case PENDING, RUNNING -> {
        draft.conditions().progressing(backup.status().reason(), "The backup is in progress.");
        return Optional.of(OneShot.pollDelay(delays, OneShot.createdAt(object), clock));
      }
      case FAILED, UNDONE ->
          throw Blocked.failed(
              Optional.ofNullable(backup.error()).map(ApiException::reason).orElse("BackupFailed"),
              Optional.ofNullable(backup.errorMessage()).orElse("The backup failed."));
      case COMPLETED -> complete(draft, "The backup is stored.");
      case EXPIRED, SHREDDED -> complete(draft, "The backup was stored.");
    }
    report(draft, backup);
    return Optional.empty();
  }

  /** Reports what became of a completed backup. */
  void check(BackupDraft draft) {
    BackupState backup;
    try {
      backup = find(draft);
    } catch (ApiException e) {
      if (e.isRetryable()) {
        throw e;
      }
      draft.conditions().stalled(e.reason(), String.valueOf(e.getMessage()));
      return;
    }
    draft.describe(backup);
    report(draft, backup);
  }

  private static void complete(BackupDraft draft, String message) {
    draft.conditions().isTrue(OneShot.COMPLETED, "Completed", message);
    draft.conditions().remove(Attempts.FAILED);
  }

  private static void report(BackupDraft draft, BackupState backup) {
    if (backup.status() == Status.EXPIRED) {
      draft.conditions().stalled("Expired", "The backup was removed: its retention is over.");
    } else if (backup.status() == Status.SHREDDED) {
      draft.conditions().stalled("Shredded", "The key of the backup was destroyed.");
    } else if (Boolean.FALSE.equals(backup.isIntact())) {
      draft.conditions().stalled("Damaged", "A verification found that the file is damaged.");
    } else {
      draft.conditions().ready("Completed", "The backup is stored.");
    }
  }

  private void request(TenantBackup object, BackupDraft draft) {
    if (OneShot.createdAt(object).plus(START_LIMIT).isBefore(clock.instant())) {
      throw OneShot.tooLate(START_LIMIT, draft.conditions());
    }
    UUID tenant =
        tenants
            .require(object.getMetadata().getNamespace(), object.getSpec().tenantRef().name())
            .tenantId();
    String kind = Optional.ofNullable(object.getSpec().kind()).orElse(Kind.MANUAL).toString();
    JobState job =
        OneShot.request(
            () -> api.backUp(tenant, OneShot.key(object, "backup"), new NewBackup(kind)));
    draft.requested(tenant, job.id());
  }

  private BackupState find(BackupDraft draft) {
    return draft
        .backupId()
        .map(api::backup)
        .orElseGet(() -> ofJob(draft.tenantId().orElseThrow(), draft.jobId().orElseThrow()));
  }

  private BackupState ofJob(UUID tenant, UUID job) {
    Optional<String> after = Optional.empty();
    do {
      Page<BackupState> page = api.backups(tenant, after, PAGE);
      Optional<BackupState> found =
          page.items().stream().filter(backup -> backup.jobId().equals(job)).findFirst();
      if (found.isPresent()) {
        return found.orElseThrow();
      }
      after = Optional.ofNullable(page.next());
    } while (after.isPresent());
    throw Blocked.failed("BackupNotFound", "The job " + job + " has no backup.");
  }
}
