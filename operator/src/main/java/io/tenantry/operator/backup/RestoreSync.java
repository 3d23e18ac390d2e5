package io.tenantry.operator.backup;

import io.tenantry.operator.api.ApiException;
import io.tenantry.operator.api.BackupApi;
import io.tenantry.operator.api.BackupApi.JobResult;
import io.tenantry.operator.api.BackupApi.JobState;
import io.tenantry.operator.api.BackupApi.NewRestore;
import io.tenantry.operator.api.BackupApi.RestoreState;
import io.tenantry.operator.api.BackupApi.Status;
import io.tenantry.operator.api.TenantApi.Page;
import io.tenantry.operator.runtime.Attempts;
import io.tenantry.operator.runtime.Blocked;
import io.tenantry.operator.runtime.Delays;
import io.tenantry.operator.v1alpha1.TenantRestore;
import io.tenantry.operator.v1alpha1.TenantRestoreStatus.Choice;
import jakarta.inject.Singleton;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * Requests the restore of an object at most once, and reports how far it is. First the choice of
 * tenant and backup is stored in the status, so that a repeated request is the same request. Then
 * the restore is requested under the object's uid. Both happen soon after the object was created or
 * never: a restore must not start when it is no longer expected, nor after backup-service has
 * forgotten an earlier request.
 */
@Singleton
final class RestoreSync {

  /** How long after its creation an object may request its restore. */
  static final Duration START_LIMIT = Duration.ofMinutes(15);

  private static final int PAGE = 100;

  private final BackupApi api;
  private final RestoreChoice choices;
  private final Delays delays;
  private final Clock clock;

  RestoreSync(@RestClient BackupApi api, RestoreChoice choices, Delays delays, Clock clock) {
    this.api = api;
    this.choices = choices;
    this.delays = delays;
    this.clock = clock;
  }

  /**
   * Continues an object's restore.
   *
   * @return when to continue; empty once it has finished
   */
  Optional<Duration> proceed(TenantRestore object, RestoreDraft draft) {
    if (draft.choice().isEmpty()) {
      choose(object, draft);
      return Optional.of(Duration.ZERO);
    }
    Choice choice = draft.choice().orElseThrow();
    RestoreState restore;
    if (draft.restoreId().isPresent()) {
      restore = OneShot.request(() -> api.restore(draft.restoreId().orElseThrow()));
    } else if (draft.jobId().isPresent() || !isTooLate(object)) {
      restore = started(object, draft, choice);
    } else {
      restore =
          lookFor(object, choice)
              .orElseThrow(() -> OneShot.tooLate(START_LIMIT, draft.conditions()));
    }
    if (!restore.tenantId().toString().equals(choice.tenantId())) {
      throw Blocked.failed("RestoreOfAnotherTenant", "The restore belongs to another tenant.");
    }
    draft.describe(restore, job(restore));
    return report(draft, restore, choice);
  }

  /** The restore, which is requested now unless it was before. */
  private RestoreState started(TenantRestore object, RestoreDraft draft, Choice choice) {
    try {
      UUID job = draft.jobId().orElseGet(() -> request(object, draft, choice));
      return OneShot.request(() -> ofJob(choice, job));
    } catch (Blocked e) {
      if (e.until() == Blocked.Until.NEVER && draft.jobId().isEmpty()) {
        // An earlier request may have been accepted although its answer was lost.
        return lookFor(object, choice).orElseThrow(() -> e);
      }
      throw e;
    }
  }

  private void choose(TenantRestore object, RestoreDraft draft) {
    if (isTooLate(object)) {
      throw OneShot.tooLate(START_LIMIT, draft.conditions());
    }
    RestoreChoice.Chosen chosen = OneShot.request(() -> choices.choose(object));
    draft.chosen(chosen.tenant(), chosen.backup());
    draft.conditions().progressing("Requesting", "The restore is being requested.");
  }

  private boolean isTooLate(TenantRestore object) {
    return OneShot.createdAt(object).plus(START_LIMIT).isBefore(clock.instant());
  }

  private UUID request(TenantRestore object, RestoreDraft draft, Choice choice) {
    // The tenant may have another owner since the choice was made, and others may have written it.
    OneShot.request(() -> choices.check(object, choice));
    NewRestore restore =
        new NewRestore(
            UUID.fromString(choice.tenantId()),
            UUID.fromString(choice.backupId()),
            object.getSpec().mode().toString());
    UUID job = OneShot.request(() -> api.restore(key(object), restore)).id();
    draft.requested(job);
    return job;
  }

  private Optional<Duration> report(RestoreDraft draft, RestoreState restore, Choice choice) {
    switch (restore.status()) {
      case PENDING, RUNNING -> {
        draft.conditions().progressing(restore.status().reason(), "The restore is in progress.");
        return Optional.of(OneShot.pollDelay(delays, Instant.parse(choice.chosenAt()), clock));
      }
      case COMPLETED -> {
        complete(draft);
        draft.conditions().ready("Completed", "The data of the backup is live.");
      }
      case UNDONE -> {
        complete(draft);
        draft.conditions().stalled("Undone", "The restore was undone.");
      }
      case FAILED, EXPIRED, SHREDDED ->
          throw Blocked.failed(
              Optional.ofNullable(restore.error())
                  .map(ApiException::reason)
                  .orElse("RestoreFailed"),
              Optional.ofNullable(restore.errorMessage()).orElse("The restore failed.")
                  + " The tenant's data was not changed.");
    }
    return Optional.empty();
  }

  private static void complete(RestoreDraft draft) {
    draft.conditions().isTrue(OneShot.COMPLETED, "Completed", "The restore was completed.");
    draft.conditions().remove(Attempts.FAILED);
  }

  /** The restore of a job that this object submitted. */
  private RestoreState ofJob(Choice choice, UUID job) {
    return search(choice, restore -> restore.jobId().equals(job))
        .or(
            () ->
                // Once it is undone, a restore shows the job of the undo.
                Optional.ofNullable(api.job(job).result())
                    .map(JobResult::restoreId)
                    .map(api::restore))
        .orElseThrow(
            () -> Blocked.failed("RestoreNotFound", "The job " + job + " has no restore."));
  }

  /** The restore that was requested, if the answer to the request was lost. */
  private Optional<RestoreState> lookFor(TenantRestore object, Choice choice) {
    return search(
        choice,
        restore ->
            key(object).equals(restore.idempotencyKey())
                // Another caller may have used the same key.
                && restore.backupId().toString().equals(choice.backupId()));
  }

  private static String key(TenantRestore object) {
    return OneShot.key(object, "restore");
  }

  private Optional<RestoreState> search(Choice choice, Predicate<RestoreState> wanted) {
    UUID tenant = UUID.fromString(choice.tenantId());
    Optional<String> after = Optional.empty();
    do {
      Page<RestoreState> page = api.restores(tenant, after, PAGE);
      Optional<RestoreState> found = page.items().stream().filter(wanted).findFirst();
      if (found.isPresent()) {
        return found;
      }
      after = Optional.ofNullable(page.next());
    } while (after.isPresent());
    return Optional.empty();
  }

  private Optional<JobState> job(RestoreState restore) {
    if (restore.status() == Status.UNDONE) {
      return Optional.empty();
    }
    try {
      return Optional.of(api.job(restore.jobId()));
    } catch (ApiException e) {
      if (e.status() == HttpURLConnection.HTTP_NOT_FOUND) {
        // Finished jobs are removed after some weeks.
        return Optional.empty();
      }
      throw e;
    }
  }
}
