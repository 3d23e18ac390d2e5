package io.tenantry.tenant.recovery;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;
import java.util.UUID;

/**
 * A difference between the registry and a cluster, and the action of recovery.
 *
 * @param cluster the cluster
 * @param tenantId the tenant
 * @param name the name of the database or schema
 * @param action the action of recovery
 * @param detail the reason
 * @param result {@code planned}, {@code done}, or the error
 */
@RegisterForReflection
public record RecoveryItem(
    String cluster, UUID tenantId, String name, Action action, String detail, String result) {

  static final String PLANNED = "planned";
  static final String DONE = "done";

  /** The action of recovery. */
  @RegisterForReflection
  public enum Action {
    /** Add a tenant that is missing in the registry, with new credentials. */
    ADOPT,
    /** Create new credentials, because the stored ones are outdated. */
    ROTATE,
    /** Set the blueprint version from the tenant's migration history. */
    SET_VERSION,
    /** Record the deletion of a tenant that was deleted after the backup. */
    RECORD_DELETION,
    /** Suspend an existing tenant that the registry is deleting. */
    SUSPEND,
    /** Delete a pool entry whose database belongs to a tenant or is missing. */
    FORGET_POOL_ENTRY,
    /** Report a tenant whose data is missing on its cluster; an operator has to decide. */
    REPORT_MISSING,
    /** Report a tenant's data without further details; it is not changed, see orphans. */
    REPORT_UNKNOWN;

    /** The name in the API. */
    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  RecoveryItem with(String newResult) {
    return new RecoveryItem(cluster, tenantId, name, action, detail, newResult);
  }

  /** Whether the action changes anything. */
  boolean isChange() {
    return action != Action.REPORT_MISSING && action != Action.REPORT_UNKNOWN;
  }
}
