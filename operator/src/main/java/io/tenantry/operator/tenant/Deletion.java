package io.tenantry.operator.tenant;

import io.fabric8.kubernetes.api.model.Condition;
import io.tenantry.operator.api.TenantApi;
import io.tenantry.operator.api.TenantApi.Status;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.runtime.OperatorConfig;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantSpec.DeletionPolicy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.logging.Logger;

/**
 * Ends an object's ownership of its tenant by the policy at the time of the deletion. Only the
 * tenant whose external id is the object's is touched.
 */
@Singleton
final class Deletion {

  private static final Logger LOG = Logger.getLogger(Deletion.class);

  private static final String FINAL_BACKUP = "WaitingForFinalBackup";
  private static final String DATA = "WaitingForDeletion";

  /** Reasons of a deletion that Tenantry accepted. */
  private static final Set<String> WAITING = Set.of(FINAL_BACKUP, DATA);

  private final TenantApi api;
  private final OwnedTenant owned;
  private final Clock clock;
  private final Duration retryInterval;

  Deletion(@RestClient TenantApi api, OwnedTenant owned, Clock clock, OperatorConfig config) {
    this.api = api;
    this.owned = owned;
    this.clock = clock;
    this.retryInterval = config.resync();
  }

  /** How far a deletion is. */
  sealed interface Progress {

    /** The object can go. */
    record Done(String reason, String message) implements Progress {}

    /** It waits for something that takes time. */
    record Waiting(String reason, String message) implements Progress {}

    /** It failed, and is tried again rarely, or when the object is changed. */
    record Failed(String reason, String message) implements Progress {}
  }

  /**
   * Continues a deletion.
   *
   * @param known the tenant of the object, if its status has it
   */
  Progress proceed(Tenant object, Optional<UUID> known) {
    DeletionPolicy policy =
        Optional.ofNullable(object.getSpec().deletionPolicy()).orElse(DeletionPolicy.RETAIN);
    if (policy == DeletionPolicy.RETAIN) {
      return retain(object, known);
    }
    Optional<TenantState> tenant = find(object, known);
    if (tenant.isEmpty()) {
      return known.isPresent() && owned.isRecovering()
          ? new Progress.Waiting(
              "RecoveryMode", "Tenantry is in recovery mode; the tenant may be found again.")
          : new Progress.Done("NotOwned", "No tenant belongs to this object; nothing was changed.");
    }
    return policy == DeletionPolicy.SUSPEND
        ? suspend(tenant.orElseThrow())
        : delete(object, tenant.orElseThrow());
  }

  /** The object's tenant: by the id in its status, else by the external id, never by name. */
  private Optional<TenantState> find(Tenant object, Optional<UUID> known) {
    return known
        .flatMap(owned::find)
        .filter(found -> OwnedTenant.isOwner(object, found))
        .or(() -> owned.findOwn(object));
  }

  /** Keeps the tenant. This ends also if Tenantry is not reachable. */
  private Progress retain(Tenant object, Optional<UUID> known) {
    try {
      return find(object, known).map(this::retain).orElseGet(Deletion::retained);
    } catch (RuntimeException e) {
      LOG.warnf(
          "tenant kept but not released; its external id stays %s: %s",
          OwnedTenant.externalId(object), e.getMessage());
      return new Progress.Done(
          "RetainedUnreleased",
          "The tenant is kept unchanged, but could not be released: it must be released before"
              + " another object can adopt it.");
    }
  }

  private Progress retain(TenantState tenant) {
    return switch (tenant.status()) {
      case REGISTERED, PROVISIONING, ROLLING_BACK ->
          new Progress.Waiting("WaitingForProvisioning", TenantSync.PROVISIONING);
      case DELETING, DELETED ->
          new Progress.Done(
              "DeletionContinues",
              "The deletion of the tenant was requested before and goes on; its data will be gone.");
      case ACTIVE, SUSPENDED -> {
        owned.release(tenant);
        yield retained();
      }
    };
  }

  private static Progress retained() {
    return new Progress.Done("Retained", "The tenant is kept unchanged.");
  }

  private Progress suspend(TenantState tenant) {
    if (tenant.status() != Status.SUSPENDED) {
      api.suspend(tenant.tenantId());
    }
    owned.release(tenant);
    return new Progress.Done("Suspended", "The tenant is suspended and keeps its data.");
  }

  private Progress delete(Tenant object, TenantState tenant) {
    boolean finalBackup = object.getSpec().isFinalBackup();
    Optional<TenantApi.Deletion> last = Optional.ofNullable(tenant.lastDeletion());
    if (tenant.status() == Status.DELETING
        && (finalBackup || last.map(TenantApi.Deletion::finalBackup).orElse(true) == finalBackup)) {
      return waiting(finalBackup);
    }
    Optional<String> failure = last.map(TenantApi.Deletion::failure);
    if (failure.isPresent() && finalBackup && !isRequestDue(object)) {
      return new Progress.Failed(
          "FinalBackupFailed",
          "The tenant was not deleted but suspended, since there is no final backup (%s)."
                  .formatted(failure.orElseThrow())
              + " Set finalBackup to false to delete it without one.");
    }
    return api.delete(tenant.tenantId(), finalBackup) == null
        ? new Progress.Done("Deleted", "The tenant is deleted.")
        : waiting(finalBackup);
  }

  /**
   * Whether the deletion must be requested: it was not requested by this object yet, or its failure
   * was reported long ago or for an older spec.
   */
  private boolean isRequestDue(Tenant object) {
    Optional<Condition> condition = object.currentStatus().condition(TenantDraft.DELETING);
    if (condition.filter(found -> found.getStatus().equals("True")).isPresent()) {
      return !WAITING.contains(condition.orElseThrow().getReason());
    }
    return condition
        .filter(found -> object.getMetadata().getGeneration().equals(found.getObservedGeneration()))
        .map(found -> Instant.parse(found.getLastTransitionTime()))
        .filter(failed -> !failed.isAfter(clock.instant()))
        .filter(failed -> failed.plus(retryInterval).isAfter(clock.instant()))
        .isEmpty();
  }

  private static Progress waiting(boolean finalBackup) {
    return finalBackup
        ? new Progress.Waiting(FINAL_BACKUP, "The final backup is in progress.")
        : new Progress.Waiting(DATA, "The tenant's data is being deleted.");
  }
}
