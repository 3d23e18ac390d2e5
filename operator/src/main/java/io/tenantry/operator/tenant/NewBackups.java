package io.tenantry.operator.tenant;

import jakarta.inject.Singleton;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The tenants with a backup that their objects do not show yet. */
@Singleton
final class NewBackups {

  private final Set<UUID> tenants = ConcurrentHashMap.newKeySet();

  void add(UUID tenant) {
    tenants.add(tenant);
  }

  /** Whether there is one; it is not returned again. */
  boolean remove(UUID tenant) {
    return tenants.remove(tenant);
  }
}
