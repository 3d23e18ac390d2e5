package io.tenantry.operator.backup;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.tenantry.operator.runtime.Attempts;
import io.tenantry.operator.runtime.Hints;
import io.tenantry.operator.runtime.ObjectsByKey;
import io.tenantry.operator.v1alpha1.TenantBackup;
import io.tenantry.operator.v1alpha1.TenantBackupStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The controller of {@code TenantBackup} objects. */
@ApplicationScoped
@ControllerConfiguration(
    name = "tenantbackup",
    fieldManager = Attempts.FIELD_MANAGER,
    triggerReconcilerOnAllEvents = true)
class TenantBackupReconciler implements Reconciler<TenantBackup> {

  private final BackupSync sync;
  private final Attempts attempts;
  private final Rechecks rechecks;
  private final Hints hints;
  private final Clock clock;

  TenantBackupReconciler(
      BackupSync sync, Attempts attempts, Rechecks rechecks, Hints hints, Clock clock) {
    this.sync = sync;
    this.attempts = attempts;
    this.rechecks = rechecks;
    this.hints = hints;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, TenantBackup>> prepareEventSources(
      EventSourceContext<TenantBackup> context) {
    ObjectsByKey<TenantBackup> unfinished =
        new ObjectsByKey<>(
            "unfinished-backups",
            context.getPrimaryCache(),
            object ->
                Optional.of(object)
                    .filter(found -> !OneShot.isFinished(found))
                    .map(TenantBackup::currentStatus)
                    .map(TenantBackupStatus::tenantId));
    hints.subscribe(hint -> unfinished.changed(hint.tenantId().toString()));
    return List.of(unfinished);
  }

  @Override
  public UpdateControl<TenantBackup> reconcile(TenantBackup object, Context<TenantBackup> context) {
    String uid = object.getMetadata().getUid();
    if (context.isPrimaryResourceDeleted() || object.isMarkedForDeletion()) {
      attempts.forget(object);
      rechecks.forget(uid);
      return UpdateControl.noUpdate();
    }
    BackupDraft draft = new BackupDraft(object, clock);
    boolean finished = OneShot.isFinished(object);
    Optional<Duration> next =
        attempts.run(
            object,
            draft.conditions(),
            () -> {
              if (!finished) {
                return sync.proceed(object, draft);
              }
              if (draft.isCompleted() && rechecks.isDue(uid)) {
                sync.check(draft);
              }
              return Optional.empty();
            });
    if (next.isEmpty() && draft.isCompleted()) {
      next = Optional.of(rechecks.schedule(uid));
    }
    return attempts.update(object, new TenantBackup(), draft, next);
  }
}
