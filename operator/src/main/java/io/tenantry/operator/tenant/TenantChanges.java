package io.tenantry.operator.tenant;

import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.tenantry.operator.api.Hint;
import io.tenantry.operator.runtime.Hints;
import io.tenantry.operator.runtime.ObjectsByKey;
import io.tenantry.operator.v1alpha1.Tenant;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Has the objects reconciled whose tenants changed: by the services' events, and by comparison. */
@Singleton
final class TenantChanges {

  private final Registry registry;
  private final NewBackups newBackups;
  private final Hints hints;
  private final Comparison comparison;

  TenantChanges(Registry registry, NewBackups newBackups, Hints hints, Comparison comparison) {
    this.registry = registry;
    this.newBackups = newBackups;
    this.hints = hints;
    this.comparison = comparison;
  }

  /** The source of these reconciliations. */
  EventSource<?, Tenant> source(IndexerResourceCache<Tenant> objects) {
    ObjectsByKey<Tenant> owners =
        new ObjectsByKey<>(
            "tenant-id", objects, object -> Optional.ofNullable(object.currentStatus().tenantId()));
    hints.subscribe(hint -> pass(hint, owners));
    comparison.start(tenant -> owners.changed(tenant.toString()));
    return owners;
  }

  private void pass(Hint hint, ObjectsByKey<Tenant> owners) {
    registry.changed(hint.tenantId());
    boolean backup = hint.type().equals(Hint.BACKUP_COMPLETED);
    if (backup) {
      newBackups.add(hint.tenantId());
    }
    if (!owners.changed(hint.tenantId().toString()) && backup) {
      newBackups.remove(hint.tenantId());
    }
  }
}
