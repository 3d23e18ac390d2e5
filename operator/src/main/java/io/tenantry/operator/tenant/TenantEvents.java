package io.tenantry.operator.tenant;

import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.v1alpha1.Tenant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Requests the reconciliation of the objects whose tenants may have changed. */
final class TenantEvents extends AbstractEventSource<TenantState, Tenant> {

  private static final String BY_TENANT = "tenant-id";

  private final IndexerResourceCache<Tenant> objects;

  TenantEvents(IndexerResourceCache<Tenant> objects) {
    super(TenantState.class, "tenant-events");
    this.objects = objects;
    objects.addIndexers(
        Map.of(
            BY_TENANT,
            object ->
                Optional.ofNullable(object.currentStatus().tenantId())
                    .map(List::of)
                    .orElseGet(List::of)));
  }

  /** Requests the reconciliation of a tenant's object; returns whether there is one. */
  boolean changed(UUID tenantId) {
    List<Tenant> owners = objects.byIndex(BY_TENANT, tenantId.toString());
    if (isRunning()) {
      owners.forEach(
          object -> getEventHandler().handleEvent(new Event(ResourceID.fromResource(object))));
    }
    return !owners.isEmpty();
  }

  @Override
  public Set<TenantState> getSecondaryResources(Tenant primary) {
    return Set.of();
  }
}
