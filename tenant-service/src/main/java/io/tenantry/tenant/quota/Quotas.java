package io.tenantry.tenant.quota;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.tenant.update.TenantUpdateRecords;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Limits the number of each resource per tenant. New tenants get their blueprint's quotas. */
@Singleton
public final class Quotas {

  private final Database database;
  private final Outbox outbox;
  private final TenantUpdateRecords updates;

  Quotas(Database database, Outbox outbox, TenantUpdateRecords updates) {
    this.database = database;
    this.outbox = outbox;
    this.updates = updates;
  }

  /**
   * A tenant's quota of one resource.
   *
   * @param used the number that the tenant has
   */
  public record Quota(Resource resource, int quota, long used) {}

  /**
   * Requires that the quota permits {@code more} of a resource, which the caller then adds in the
   * same transaction, and reports with an event when none is left. The quota's row stays locked
   * until that transaction ends, so concurrent callers cannot exceed the quota.
   *
   * @throws TenantryException {@code QUOTA_EXCEEDED}; {@code TENANT_NOT_FOUND} if the tenant does
   *     not exist
   */
  public void requireAvailable(Sql transaction, UUID tenantId, Resource resource, int more) {
    int quota = lock(transaction, tenantId, resource).orElseThrow(() -> notFound(tenantId));
    // A separate statement: its snapshot must include what others committed before the lock.
    long used = count(transaction, tenantId, resource);
    if (used + more > quota) {
      throw new TenantryException(
          ErrorCode.QUOTA_EXCEEDED,
          "The tenant has %d of %d %s; delete some, or raise the quota."
              .formatted(used, quota, resource.plainName()));
    }
    if (used + more == quota) {
      outbox.append(
          transaction, new TenantEvent.LimitReached(tenantId, resource.toString(), quota));
    }
  }

  private static Optional<Integer> lock(Sql transaction, UUID tenantId, Resource resource) {
    return transaction.first(
        row -> row.getInteger("quota"),
        """
        SELECT quota
        FROM control_plane.tenant_resources
        WHERE tenant_id = $1
          AND resource = $2
        FOR UPDATE
        """,
        tenantId,
        resource.toString());
  }

  private static long count(Sql sql, UUID tenantId, Resource resource) {
    return sql.one(row -> row.getLong(0), resource.count(), tenantId);
  }

  /**
   * All quotas of a tenant with their usage.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}
   */
  List<Quota> of(UUID tenantId) {
    return database.inTransaction(sql -> of(sql, tenantId));
  }

  private static List<Quota> of(Sql sql, UUID tenantId) {
    return Arrays.stream(Resource.values())
        .map(
            resource ->
                new Quota(
                    resource,
                    lock(sql, tenantId, resource).orElseThrow(() -> notFound(tenantId)),
                    count(sql, tenantId, resource)))
        .toList();
  }

  /**
   * Sets some of a tenant's quotas. A quota below the current usage removes nothing; it only
   * prevents additions.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}
   */
  List<Quota> set(UUID tenantId, Map<Resource, Integer> quotas) {
    return database.inTransaction(
        sql -> {
          boolean changed = false;
          for (Map.Entry<Resource, Integer> quota : quotas.entrySet()) {
            changed |= set(sql, tenantId, quota.getKey(), quota.getValue());
          }
          updates.publish(sql, tenantId, changed ? List.of("quotas") : List.of());
          return of(sql, tenantId);
        });
  }

  /** Returns whether the quota was another one before. */
  private static boolean set(Sql sql, UUID tenantId, Resource resource, int quota) {
    return sql.changedOne(
        """
        UPDATE control_plane.tenant_resources
        SET quota = $3
        WHERE tenant_id = $1
          AND resource = $2
          AND quota <> $3
        """,
        tenantId,
        resource.toString(),
        quota);
  }

  private static TenantryException notFound(UUID tenantId) {
    return new TenantryException(
        ErrorCode.TENANT_NOT_FOUND, "There is no tenant " + tenantId + ".");
  }
}
