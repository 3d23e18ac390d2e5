package io.tenantry.tenant.recovery;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;
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
    ADOPT,
    /** The stored credentials are older than the tenant's: it gets new ones. */
    ROTATE,
    /** The registry's blueprint version is older than the tenant's history. */
    SET_VERSION,
    /** The tenant was deleted after the backup was taken: the registry learns of it. */
    RECORD_DELETION,
    /** The registry is deleting a tenant that is there: it is suspended instead. */
    SUSPEND,
    /** An entry of the warm pool is a tenant's, or gone: the entry is removed. */
    FORGET_POOL_ENTRY,
    /** The registry has a tenant whose data is not on its cluster: an operator has to decide. */
    REPORT_MISSING,
    /** A tenant's data of which nothing else is known: it is left as it is, see orphans. */
    REPORT_UNKNOWN;

    /** As the API writes it. */
    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  RecoveryItem with(String newResult) {
    return new RecoveryItem(cluster, tenantId, name, action, detail, newResult);
  }

  /** Whether recovery changes something for it. */
  boolean isChange() {
    return action != Action.REPORT_MISSING && action != Action.REPORT_UNKNOWN;
  }
}
