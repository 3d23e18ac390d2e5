package io.tenantry.operator.tenant;

import io.tenantry.operator.api.TenantApi;
import io.tenantry.operator.api.TenantApi.Page;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.runtime.OperatorConfig;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * The registry's tenants, as of the newest list. Reading all tenants page by page every few minutes
 * costs far fewer calls than reading each one.
 */
@Singleton
final class Registry {

  /** The most that one page can have. */
  private static final int PAGE = 500;

  private final TenantApi api;
  private final Duration age;

  /** Tenants that may have changed since the list was read, with the number of marks. */
  private final Map<UUID, Long> changed = new ConcurrentHashMap<>();

  private volatile Map<UUID, TenantState> tenants = Map.of();
  private volatile long validUntil = System.nanoTime();

  Registry(@RestClient TenantApi api, OperatorConfig config) {
    this.api = api;
    this.age = config.resync();
  }

  /** Notes that a tenant may have changed: it is not taken from the list until the next one. */
  void changed(UUID id) {
    changed.merge(id, 1L, Long::sum);
  }

  /**
   * A tenant from the list, which is read first if there is none or it is old; empty if the tenant
   * may have changed since, or is not in it.
   */
  Optional<TenantState> listed(UUID id) {
    if (System.nanoTime() - validUntil >= 0) {
      refreshOld();
    }
    return changed.containsKey(id) ? Optional.empty() : Optional.ofNullable(tenants.get(id));
  }

  private synchronized void refreshOld() {
    if (System.nanoTime() - validUntil >= 0) {
      refresh();
    }
  }

  /**
   * Reads all tenants.
   *
   * @return the ids of those that differ from the list before
   */
  synchronized List<UUID> refresh() {
    Map<UUID, Long> pending = Map.copyOf(changed);
    Map<UUID, TenantState> now = new HashMap<>();
    Optional<String> after = Optional.empty();
    do {
      Page<TenantState> page = api.list(after, PAGE);
      page.items().forEach(tenant -> now.put(tenant.tenantId(), tenant));
      after = Optional.ofNullable(page.next());
    } while (after.isPresent());
    Map<UUID, TenantState> before = tenants;
    tenants = now;
    // A mark that was set again while the list was read stays.
    pending.forEach(changed::remove);
    validUntil = System.nanoTime() + age.plus(age.dividedBy(2)).toNanos();
    List<UUID> different = new ArrayList<>();
    before.forEach(
        (id, tenant) -> {
          if (!tenant.equals(now.get(id))) {
            different.add(id);
          }
        });
    now.keySet().stream().filter(id -> !before.containsKey(id)).forEach(different::add);
    return different;
  }
}
