package io.tenantry.operator.tenant;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.tenantry.operator.api.ApiException;
import io.tenantry.operator.runtime.Attempts;
import io.tenantry.operator.runtime.Conditions;
import io.tenantry.operator.runtime.Delays;
import io.tenantry.operator.runtime.KubernetesEvents;
import io.tenantry.operator.runtime.KubernetesEvents.Kind;
import io.tenantry.operator.runtime.Later;
import io.tenantry.operator.runtime.Later.Pending;
import io.tenantry.operator.tenant.Deletion.Progress;
import io.tenantry.operator.v1alpha1.Tenant;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ProcessingException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The controller of {@code Tenant} objects. It decides by the object what to do, and turns every
 * result and failure into conditions; nothing is thrown to the framework, whose delays after errors
 * would grow also for deletions.
 */
@ApplicationScoped
@ControllerConfiguration(
    name = "tenant",
    fieldManager = Attempts.FIELD_MANAGER,
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = RelevantChange.class))
class TenantReconciler implements Reconciler<Tenant> {

  private static final Logger LOG = Logger.getLogger(TenantReconciler.class);

  /** Codes of refusals that mean that another one owns the tenant. */
  private static final Set<String> CONFLICTS = Set.of("TENANT_NAME_TAKEN", "EXTERNAL_ID_TAKEN");

  /** Ends of a deletion that a person should know of. */
  private static final Set<String> WARNINGS = Set.of("RetainedUnreleased", "DeletionContinues");

  private static final String INTERNAL_ERROR = "An unexpected error; the operator's log has it.";

  /** How long a provisioning may take before it is shown as in progress. */
  private static final Duration ANNOUNCE_AFTER = Duration.ofSeconds(3);

  private final TenantSync sync;
  private final Deletion deletion;
  private final TenantChanges changes;
  private final Attempts attempts;
  private final Delays delays;
  private final KubernetesEvents events;
  private final Later later;
  private final Clock clock;

  TenantReconciler(
      TenantSync sync,
      Deletion deletion,
      TenantChanges changes,
      Attempts attempts,
      Delays delays,
      KubernetesEvents events,
      Later later,
      Clock clock) {
    this.sync = sync;
    this.deletion = deletion;
    this.changes = changes;
    this.attempts = attempts;
    this.delays = delays;
    this.events = events;
    this.later = later;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, Tenant>> prepareEventSources(EventSourceContext<Tenant> context) {
    InformerEventSource<Secret, Tenant> secrets =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Secret.class, Tenant.class)
                .withLabelSelector(Secrets.MANAGED_BY + "=" + Secrets.MANAGER)
                .withOnAddFilter(secret -> false)
                .withOnUpdateFilter(
                    (changed, former) -> !Objects.equals(changed.getData(), former.getData()))
                .build(),
            context);
    return List.of(changes.source(context.getPrimaryCache()), secrets);
  }

  @Override
  public UpdateControl<Tenant> reconcile(Tenant object, Context<Tenant> context) {
    if (context.isPrimaryResourceDeleted()) {
      attempts.forget(object);
      return UpdateControl.noUpdate();
    }
    return object.isMarkedForDeletion() ? delete(object, context) : sync(object, context);
  }

  private UpdateControl<Tenant> sync(Tenant object, Context<Tenant> context) {
    TenantDraft draft = new TenantDraft(object, clock);
    FrameworkFinalizer finalizer = new FrameworkFinalizer(context);
    Duration next;
    try (Pending _ = announceProvisioning(object, context)) {
      boolean done = sync.reconcile(object, draft, finalizer);
      delays.succeeded(object.getMetadata().getUid());
      next = done ? delays.resync() : delays.progress();
    } catch (Refused e) {
      next = refused(object, draft, finalizer, e.reason(), text(e));
    } catch (ApiException e) {
      next =
          e.isRetryable()
              ? unavailable(object, draft, e.reason(), text(e), e.retryAfter())
              : refused(
                  object,
                  draft,
                  finalizer,
                  CONFLICTS.contains(e.code()) ? Refused.CONFLICT : e.reason(),
                  text(e));
    } catch (ProcessingException e) {
      next = unavailable(object, draft, "TenantryUnavailable", reach(e), Optional.empty());
    } catch (KubernetesClientException e) {
      LOG.warnf("tenant not reconciled object=%s: %s", id(object), e.getMessage());
      next = unavailable(object, draft, "KubernetesError", text(e), Optional.empty());
    } catch (Gone e) {
      return UpdateControl.noUpdate();
    } catch (RuntimeException e) {
      LOG.errorf(e, "tenant not reconciled object=%s", id(object));
      next = unavailable(object, draft, "InternalError", INTERNAL_ERROR, Optional.empty());
    }
    return attempts.update(object, new Tenant(), draft, Optional.of(next));
  }

  /** Shows a provisioning that takes long; most take less time than it takes to show it. */
  private Pending announceProvisioning(Tenant object, Context<Tenant> context) {
    return later.after(
        ANNOUNCE_AFTER,
        () -> {
          TenantDraft draft = new TenantDraft(object, clock);
          if (draft.tenantId().isPresent()) {
            return;
          }
          draft.conditions().progressing("Provisioning", TenantSync.PROVISIONING);
          try {
            context
                .resourceOperations()
                .serverSideApplyPrimaryStatus(Attempts.patch(object, new Tenant(), draft.status()));
          } catch (KubernetesClientException e) {
            LOG.debugf(e, "progress not shown object=%s", id(object));
          }
        });
  }

  private Duration refused(
      Tenant object, TenantDraft draft, FrameworkFinalizer finalizer, String reason, String text) {
    delays.succeeded(object.getMetadata().getUid());
    draft.conditions().stalled(reason, text);
    if (draft.tenantId().isEmpty()) {
      draft.conditions().isFalse(TenantDraft.PROVISIONED, reason, text);
      removeUnlessOwner(object, finalizer);
    } else if (reason.startsWith("Secret")) {
      draft.conditions().isFalse(TenantDraft.SECRET_READY, reason, text);
    }
    return delays.resync();
  }

  /** Removes the finalizer of an object that owns no tenant, whatever its status says. */
  private void removeUnlessOwner(Tenant object, FrameworkFinalizer finalizer) {
    try {
      if (sync.ownsNothing(object)) {
        finalizer.remove();
      }
    } catch (ApiException | ProcessingException e) {
      LOG.infof("finalizer kept object=%s: %s", id(object), e.getMessage());
    }
  }

  /** Tenantry did not do it now. An object that was ready for its spec stays ready. */
  private Duration unavailable(
      Tenant object, TenantDraft draft, String reason, String text, Optional<Duration> after) {
    boolean observed =
        object.getMetadata().getGeneration().equals(object.currentStatus().observedGeneration());
    boolean ready =
        draft
            .conditions()
            .get(Conditions.READY)
            .map(Condition::getStatus)
            .equals(Optional.of("True"));
    if (!observed || !ready) {
      draft.conditions().progressing(reason, text);
    }
    LOG.infof("tenant not reconciled; retrying object=%s reason=%s: %s", id(object), reason, text);
    return delays.afterFailure(object.getMetadata().getUid(), after.orElse(Duration.ZERO));
  }

  private UpdateControl<Tenant> delete(Tenant object, Context<Tenant> context) {
    if (!object.hasFinalizer(Tenant.FINALIZER)) {
      return UpdateControl.noUpdate();
    }
    TenantDraft draft = new TenantDraft(object, clock);
    Duration next;
    try {
      switch (deletion.proceed(object, draft.tenantId())) {
        case Progress.Done done -> {
          events.publish(
              object,
              WARNINGS.contains(done.reason()) ? Kind.WARNING : Kind.NORMAL,
              done.reason(),
              done.message());
          context.resourceOperations().removeFinalizer(Tenant.FINALIZER);
          return UpdateControl.noUpdate();
        }
        case Progress.Waiting waiting -> {
          draft.conditions().isTrue(TenantDraft.DELETING, waiting.reason(), waiting.message());
          draft.conditions().progressing("Deleting", waiting.message());
          next = delays.deletion();
        }
        case Progress.Failed failed -> {
          draft.conditions().isFalse(TenantDraft.DELETING, failed.reason(), failed.message());
          draft.conditions().stalled(failed.reason(), failed.message());
          next = delays.resync();
        }
      }
    } catch (ApiException e) {
      next = waitFor(object, draft, e.reason(), text(e));
    } catch (ProcessingException e) {
      next = waitFor(object, draft, "TenantryUnavailable", reach(e));
    } catch (KubernetesClientException e) {
      LOG.warnf("deletion not completed object=%s: %s", id(object), e.getMessage());
      return UpdateControl.<Tenant>noUpdate().rescheduleAfter(delays.deletion());
    } catch (RuntimeException e) {
      LOG.errorf(e, "deletion not completed object=%s", id(object));
      next = waitFor(object, draft, "InternalError", INTERNAL_ERROR);
    }
    return attempts.update(object, new Tenant(), draft, Optional.of(next));
  }

  private Duration waitFor(Tenant object, TenantDraft draft, String reason, String text) {
    LOG.infof("deletion waits object=%s reason=%s: %s", id(object), reason, text);
    draft.conditions().isTrue(TenantDraft.DELETING, reason, text);
    draft.conditions().progressing("Deleting", text);
    return delays.deletion();
  }

  private static String id(Tenant object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }

  private static String reach(ProcessingException e) {
    return "Tenantry is not reachable: " + e.getMessage();
  }

  private static String text(Exception e) {
    return String.valueOf(e.getMessage());
  }

  /** The object is gone or being deleted; its next event is handled. */
  private static final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The finalizer of an object, as the API server has it. */
  private static final class FrameworkFinalizer implements TenantSync.Finalizer {

    private final Context<Tenant> context;
    private Tenant current;

    FrameworkFinalizer(Context<Tenant> context) {
      this.context = context;
      this.current = context.getPrimaryResource();
    }

    @Override
    public void add() {
      context.resourceOperations().addFinalizer(Tenant.FINALIZER);
      // The framework finds an object by name after a conflict, and trusts its cache.
      Tenant fresh = context.getClient().resource(context.getPrimaryResource()).get();
      if (fresh == null
          || !fresh.getMetadata().getUid().equals(current.getMetadata().getUid())
          || fresh.isMarkedForDeletion()
          || !fresh.hasFinalizer(Tenant.FINALIZER)) {
        throw new Gone();
      }
      current = fresh;
    }

    @Override
    public void remove() {
      if (!current.hasFinalizer(Tenant.FINALIZER)) {
        return;
      }
      try {
        current =
            context
                .resourceOperations()
                .jsonPatchPrimary(
                    current,
                    object -> {
                      object.removeFinalizer(Tenant.FINALIZER);
                      return object;
                    });
      } catch (KubernetesClientException e) {
        // The object was changed meanwhile: the reconciliation of that change removes it.
        LOG.debugf(e, "finalizer not removed yet object=%s", id(current));
      }
    }
  }
}
