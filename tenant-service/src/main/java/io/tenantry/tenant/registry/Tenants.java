package io.tenantry.tenant.registry;

import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.LongPolling;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.tenant.TenantStatus;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds and lists tenants. */
@Singleton
public final class Tenants {

  private final TenantStore store;
  private final LongPolling.Watch changes;

  Tenants(TenantStore store, LongPolling polling) {
    this.store = store;
    this.changes = polling.watch(store::changing);
  }

  /**
   * The tenant with this id and the steps of its provisioning.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}
   */
  public Tenant get(UUID tenantId) {
    return find(tenantId)
        .filter(tenant -> tenant.status() != TenantStatus.DELETED)
        .orElseThrow(() -> notFound(tenantId))
        .withProvisioning(store.steps(tenantId));
  }

  /**
   * {@link #get(UUID)}, when no change of the tenant is in progress or this time is over.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, also for a tenant that was deleted
   *     meanwhile
   */
  Tenant awaitChanged(UUID tenantId, Duration time) {
    changes.awaitEnd(tenantId, time);
    return get(tenantId);
  }

  /** A page of tenants in the order of their ids, which is nearly that of creation. */
  public Page<Tenant> list(TenantFilter filter, @Nullable UUID after, int limit) {
    return list(filter, TenantOrder.byId(after), limit);
  }

  /** A page of tenants. */
  Page<Tenant> list(TenantFilter filter, TenantOrder order, int limit) {
    return store.list(filter, order, limit);
  }

  /** The number of tenants by status and environment. */
  TenantCounts count() {
    return store.count();
  }

  /** The tenant with this id, including a deleted one that is not purged yet. */
  public Optional<Tenant> find(UUID tenantId) {
    return store.find(tenantId);
  }

  /** The tenant with this external id that is not deleted. */
  public Optional<Tenant> findByExternalId(String externalId) {
    return store.findByExternalId(externalId);
  }

  /** {@link #find(UUID)} within a transaction. */
  public Optional<Tenant> find(Sql transaction, UUID tenantId) {
    return store.find(transaction, tenantId);
  }

  /** The error for a tenant that does not exist. */
  public static TenantryException notFound(UUID tenantId) {
    return new TenantryException(
        ErrorCode.TENANT_NOT_FOUND, "There is no tenant " + tenantId + ".");
  }
}
