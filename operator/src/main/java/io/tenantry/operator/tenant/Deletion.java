package io.tenantry.operator.tenant;

import io.fabric8.kubernetes.api.model.Condition;
import io.tenantry.operator.api.ApiException;
import io.tenantry.operator.api.TenantApi;
import io.tenantry.operator.api.TenantApi.Status;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.runtime.OperatorConfig;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantSpec.DeletionPolicy;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ProcessingException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    if (object.getSpec().deletionPolicy() == DeletionPolicy.RETAIN) {
      return retain(object, known);
    }
    Optional<TenantState> tenant = find(object, known);
    if (tenant.isEmpty()) {
      return new Progress.Done("NotOwned", "No tenant belongs to this object; nothing was changed.");
    }
    return object.getSpec().deletionPolicy() == DeletionPolicy.SUSPEND
        ? suspend(tenant.orElseThrow())
        : delete(object, tenant.orElseThrow());
  }

  private Optional<TenantState> find(Tenant object, Optional<UUID> known) {
    return (known.isPresent() ? owned.find(known.orElseThrow()) : owned.findByName(object))
        .filter(found -> OwnedTenant.isOwner(object, found));
  }

  /** Keeps the tenant. This ends also if Tenantry is not reachable. */
  private Progress retain(Tenant object, Optional<UUID> known) {
    try {
      find(object, known).ifPresent(owned::release);
    } catch (ApiException | ProcessingException e) {
      LOG.warnf(
          "tenant kept but not released; its external id stays %s: %s",
          OwnedTenant.externalId(object), e.getMessage());
    }
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
   * Whether the deletion must be requested (again): it was not requested by this object yet, or its
   * failure was reported long ago or for an older spec.
   */
  private boolean isRequestDue(Tenant object) {
    Optional<Condition> condition =
        Optional.ofNullable(object.currentStatus().conditions()).stream()
            .flatMap(List::stream)
            .filter(found -> found.getType().equals(TenantDraft.DELETING))
            .findFirst();
    return condition.isEmpty()
        || condition
            .filter(found -> found.getStatus().equals("False"))
            .filter(
                found ->
                    !object.getMetadata().getGeneration().equals(found.getObservedGeneration())
                        || Instant.parse(found.getLastTransitionTime())
                            .plus(retryInterval)
                            .isBefore(clock.instant()))
            .isPresent();
  }

  private static Progress waiting(boolean finalBackup) {
    return finalBackup
        ? new Progress.Waiting("WaitingForFinalBackup", "The final backup is in progress.")
        : new Progress.Waiting("WaitingForDeletion", "The tenant's data is being deleted.");
  }
}
