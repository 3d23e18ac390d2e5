package io.tenantry.tenant.recovery;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;

/**
 * Something in which the registry and a cluster differ, and what recovery does about it.
 *
 * @param cluster the cluster
 * @param tenantId whose it is
 * @param name the database, or schema
 * @param action what recovery does
 * @param detail why
 * @param result {@code planned}, {@code done}, or what went wrong
 */
@RegisterForReflection
public record RecoveryItem(
    String cluster, UUID tenantId, String name, Action action, String detail, String result) {

  static final String PLANNED = "planned";
  static final String DONE = "done";

  /** What recovery does. */
  @RegisterForReflection
  public enum Action {
    /** A tenant that the registry does not know becomes known, with new credentials. */
    adopt,
    /** The stored credentials are older than the tenant's: it gets new ones. */
    rotate,
    /** The registry's blueprint version is older than the tenant's history. */
    set_version,
    /** The tenant was deleted after the backup was taken: the registry learns of it. */
    record_deletion,
    /** The registry is deleting a tenant that is there: it is suspended instead. */
    suspend,
    /** An entry of the warm pool is a tenant's, or gone: the entry is removed. */
    forget_pool_entry,
    /** The registry has a tenant whose data is not on its cluster: an operator has to decide. */
    report_missing,
    /** A tenant's data of which nothing else is known: it is left as it is, see orphans. */
    report_unknown
  }

  RecoveryItem with(String newResult) {
    return new RecoveryItem(cluster, tenantId, name, action, detail, newResult);
  }

  /** Whether recovery changes something for it. */
  boolean isChange() {
    return action != Action.report_missing && action != Action.report_unknown;
  }
}
