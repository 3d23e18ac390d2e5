package io.tenantry.tenant.webhook.endpoint;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Limits the checks of URLs that are in progress for one owner. A check resolves a name, which may
 * be slow, and holds a thread that those of other owners need.
 */
final class CheckLimit {

  private static final int LIMIT = 4;

  private final Map<Owner, Integer> inProgress = new ConcurrentHashMap<>();

  /**
   * Runs a check of this owner.
   *
   * @throws TenantryException {@code RATE_LIMITED} if too many are in progress
   */
  <T> T run(Owner owner, Supplier<T> check) {
    int checks = inProgress.merge(owner, 1, Integer::sum);
    try {
      if (checks > LIMIT) {
        throw new TenantryException(
            ErrorCode.RATE_LIMITED, "Too many URLs are being checked; try again later.");
      }
      return check.get();
    } finally {
      inProgress.computeIfPresent(owner, (key, count) -> count == 1 ? null : count - 1);
    }
  }
}
