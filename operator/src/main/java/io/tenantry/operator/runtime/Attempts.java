package io.tenantry.operator.runtime;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.tenantry.operator.api.ApiException;
import io.tenantry.operator.runtime.KubernetesEvents.Kind;
import io.tenantry.operator.v1alpha1.ObjectStatus;
import io.tenantry.operator.v1alpha1.StatusObject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ProcessingException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Attempts the work on an object: turns each failure into conditions and a delay, and the changed
 * conditions into an event and a patch of the status.
 */
@Singleton
public final class Attempts {

  /** The manager of the fields that the operator applies. */
  public static final String FIELD_MANAGER = "tenantry";

  /** The object's only task has failed for good. */
  public static final String FAILED = "Failed";

  private static final Logger LOG = Logger.getLogger(Attempts.class);

  private final Delays delays;
  private final KubernetesEvents events;

  Attempts(Delays delays, KubernetesEvents events) {
    this.delays = delays;
    this.events = events;
  }

  /**
   * Runs work, which sets the conditions if it succeeds.
   *
   * @param work returns when to continue; empty for never
   * @return when to continue; empty for never
   */
  public Optional<Duration> run(
      HasMetadata object, Conditions conditions, Supplier<Optional<Duration>> work) {
    String uid = object.getMetadata().getUid();
    try {
      Optional<Duration> next = work.get();
      delays.succeeded(uid);
      return next;
    } catch (Blocked e) {
      return blocked(uid, conditions, e);
    } catch (ApiException e) {
      String text = String.valueOf(e.getMessage());
      if (!e.isRetryable()) {
        return blocked(uid, conditions, Blocked.refused(e.reason(), text));
      }
      return retry(object, conditions, e.reason(), text, e.retryAfter());
    } catch (ProcessingException e) {
      String text = "Tenantry is not reachable: " + e.getMessage();
      return retry(object, conditions, "TenantryUnavailable", text, Optional.empty());
    } catch (KubernetesClientException e) {
      String text = String.valueOf(e.getMessage());
      return retry(object, conditions, "KubernetesError", text, Optional.empty());
    }
  }

  private Optional<Duration> blocked(String uid, Conditions conditions, Blocked blocked) {
    if (blocked.until() == Blocked.Until.READY) {
      conditions.progressing(blocked.reason(), blocked.text());
      return Optional.of(delays.afterFailure(uid, Duration.ZERO));
    }
    delays.succeeded(uid);
    conditions.stalled(blocked.reason(), blocked.text());
    if (blocked.until() == Blocked.Until.CHANGED) {
      return Optional.of(delays.resync());
    }
    conditions.isTrue(FAILED, blocked.reason(), blocked.text());
    return Optional.empty();
  }

  /** Tenantry did not do it now. What is ready stays ready. */
  private Optional<Duration> retry(
      HasMetadata object,
      Conditions conditions,
      String reason,
      String text,
      Optional<Duration> after) {
    LOG.infof(
        "object not reconciled; retrying kind=%s object=%s reason=%s: %s",
        object.getKind(), id(object), reason, text);
    if (!conditions.isReady(object.getMetadata().getGeneration())) {
      conditions.progressing(reason, text);
    }
    return Optional.of(
        delays.afterFailure(object.getMetadata().getUid(), after.orElse(Duration.ZERO)));
  }

  /** Forgets an object that is gone. */
  public void forget(HasMetadata object) {
    delays.succeeded(object.getMetadata().getUid());
  }

  /**
   * The patch of an object's status, if it changed, and the time of the next attempt. An event is
   * published if the reason of the condition {@code Ready} changed.
   *
   * @param patch an object without anything, to be applied
   */
  public <S extends ObjectStatus<S>, R extends CustomResource<?, S> & StatusObject<S>>
      UpdateControl<R> update(R object, R patch, Draft<S> draft, Optional<Duration> next) {
    UpdateControl<R> control = UpdateControl.noUpdate();
    S status = draft.status();
    if (!status.equals(object.getStatus())) {
      publishChange(object, object.currentStatus().condition(Conditions.READY), draft.conditions());
      control = UpdateControl.patchStatus(patch(object, patch, status));
    }
    return next.map(control::rescheduleAfter).orElse(control);
  }

  /**
   * The patch of an object's status.
   *
   * @param patch an object without anything, to be applied
   */
  public static <S, R extends CustomResource<?, S>> R patch(R object, R patch, S status) {
    // The uid, so that it is applied to this object, not to a later one of its name.
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(object.getMetadata().getName())
            .withNamespace(object.getMetadata().getNamespace())
            .withUid(object.getMetadata().getUid())
            .build());
    patch.setStatus(status);
    return patch;
  }

  private void publishChange(
      HasMetadata object, Optional<Condition> former, Conditions conditions) {
    conditions
        .get(Conditions.READY)
        .filter(ready -> !former.map(Condition::getReason).equals(Optional.of(ready.getReason())))
        .ifPresent(
            ready ->
                events.publish(
                    object,
                    conditions.get(Conditions.STALLED).isPresent() ? Kind.WARNING : Kind.NORMAL,
                    ready.getReason(),
                    ready.getMessage()));
  }

  private static String id(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }
}
