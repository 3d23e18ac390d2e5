package io.tenantry.tenant.orphan;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A database, schema or role that Tenantry created and that does not belong to a tenant in the
 * registry.
 *
 * @param cluster the cluster it is on
 * @param kind {@code database}, {@code schema} or {@code role}
 * @param name its name
 * @param recorded whether the control database ever recorded the name; otherwise it may belong to a
 *     tenant that was created after the backup that the control database was restored from
 * @param purpose the purpose in its mark; absent if it has no mark
 * @param tenantId the tenant in its mark
 * @param action what the reaper does with it
 */
@RegisterForReflection
record Orphan(
    String cluster,
    Kind kind,
    String name,
    boolean recorded,
    Optional<String> purpose,
    Optional<UUID> tenantId,
    Action action) {

  /** The kinds in the order of removal: a role with privileges cannot be dropped. */
  @RegisterForReflection
  public enum Kind {
    DATABASE,
    SCHEMA,
    ROLE;

    /** The name in the API; the OpenAPI document needs the enum to be public to call this. */
    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What the reaper does with an orphan. */
  @RegisterForReflection
  public enum Action {
    /** It never held a tenant's data: it is removed after two searches found it, or on request. */
    REMOVE,
    /** It may be the only copy of a tenant's data: on request it is closed, renamed and kept. */
    QUARANTINE,
    /** It is not changed: it is kept for an undo, is in quarantine, or has no mark. */
    KEEP;

    /** The name in the API. */
    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Identifies the object; its action may differ between searches. */
  String key() {
    return cluster + "/" + kind + "/" + name;
  }
}
