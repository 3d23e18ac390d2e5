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
import io.tenantry.operator.v1alpha1.TenantRestore;
import io.tenantry.operator.v1alpha1.TenantRestoreStatus;
import io.tenantry.operator.v1alpha1.TenantRestoreStatus.Choice;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The controller of {@code TenantRestore} objects. */
@ApplicationScoped
@ControllerConfiguration(
    name = "tenantrestore",
    fieldManager = Attempts.FIELD_MANAGER,
    triggerReconcilerOnAllEvents = true)
class TenantRestoreReconciler implements Reconciler<TenantRestore> {

  private final RestoreSync sync;
  private final Attempts attempts;
  private final Hints hints;
  private final Clock clock;

  TenantRestoreReconciler(RestoreSync sync, Attempts attempts, Hints hints, Clock clock) {
    this.sync = sync;
    this.attempts = attempts;
    this.hints = hints;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, TenantRestore>> prepareEventSources(
      EventSourceContext<TenantRestore> context) {
    ObjectsByKey<TenantRestore> unfinished =
        new ObjectsByKey<>(
            "unfinished-restores",
            context.getPrimaryCache(),
            object ->
                Optional.of(object)
                    .filter(found -> !OneShot.isFinished(found))
                    .map(TenantRestore::currentStatus)
                    .map(TenantRestoreStatus::choice)
                    .map(Choice::tenantId));
    hints.subscribe(hint -> unfinished.changed(hint.tenantId().toString()));
    return List.of(unfinished);
  }

  @Override
  public UpdateControl<TenantRestore> reconcile(
      TenantRestore object, Context<TenantRestore> context) {
    if (context.isPrimaryResourceDeleted() || object.isMarkedForDeletion()) {
      attempts.forget(object);
      return UpdateControl.noUpdate();
    }
    if (OneShot.isFinished(object)) {
      return UpdateControl.noUpdate();
    }
    RestoreDraft draft = new RestoreDraft(object, clock);
    Optional<Duration> next =
        attempts.run(object, draft.conditions(), () -> sync.proceed(object, draft));
    return attempts.update(object, new TenantRestore(), draft, next);
  }
}
