package io.tenantry.operator.tenant;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tenantry.operator.api.TenantApi.Status;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.runtime.Blocked;
import io.tenantry.operator.v1alpha1.Tenant;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds the tenants that {@code Tenant} objects own, for other controllers. The registry decides
 * who owns a tenant, not a status, which others may have written.
 */
@Singleton
public final class OwnedTenants {

  private final KubernetesClient client;
  private final OwnedTenant tenants;

  OwnedTenants(KubernetesClient client, OwnedTenant tenants) {
    this.client = client;
    this.tenants = tenants;
  }

  /**
   * The tenant that an object owns.
   *
   * @throws Blocked if there is no such object, or it owns no tenant that can be worked on
   */
  public TenantState require(String namespace, String name) {
    Tenant object = client.resources(Tenant.class).inNamespace(namespace).withName(name).get();
    if (object == null) {
      throw Blocked.waiting("TenantNotFound", "There is no Tenant " + name + " in the namespace.");
    }
    if (object.isMarkedForDeletion()) {
      throw Blocked.refused("TenantDeleting", "The Tenant " + name + " is being deleted.");
    }
    return check(
        object, Optional.ofNullable(object.currentStatus().tenantId()).flatMap(this::find));
  }

  /** Checks the tenant of an object's status. */
  static TenantState check(Tenant object, Optional<TenantState> tenant) {
    String name = object.getMetadata().getName();
    if (object.currentStatus().tenantId() == null) {
      throw Blocked.waiting("TenantNotReady", "The Tenant " + name + " owns no tenant yet.");
    }
    TenantState found =
        tenant.orElseThrow(
            () ->
                Blocked.refused(
                    "TenantDeleted", "The tenant of the Tenant " + name + " was deleted."));
    if (!OwnedTenant.isOwner(object, found)) {
      throw Blocked.refused(
          "TenantNotOwned", "The tenant of the Tenant " + name + " does not belong to it.");
    }
    if (found.status() != Status.ACTIVE && found.status() != Status.SUSPENDED) {
      throw Blocked.waiting(
          "TenantNotReady", "The tenant of the Tenant " + name + " is " + found.status() + ".");
    }
    return found;
  }

  /** Whether an object in a namespace owns a tenant. */
  public boolean isOwnedIn(String namespace, UUID tenantId) {
    return tenants
        .find(tenantId)
        .filter(
            tenant ->
                client.resources(Tenant.class).inNamespace(namespace).list().getItems().stream()
                    .anyMatch(object -> OwnedTenant.isOwner(object, tenant)))
        .isPresent();
  }

  private Optional<TenantState> find(String id) {
    return tenants.find(UUID.fromString(id));
  }
}
