package io.tenantry.tenant.orphan;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A database, a schema or a role that Tenantry made and no tenant has.
 *
 * @param cluster the server it is on
 * @param kind {@code database}, {@code schema} or {@code role}
 * @param name its name
 * @param recorded whether this control database ever recorded it; what it did not may be a tenant's
 *     that was made after the backup this control database was restored from
 * @param purpose what it is for by its own mark; absent if it bears none
 * @param tenantId whose it is by its own mark
 * @param action what is done with it
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

  /** In the order of their removal: a role that is granted anything cannot be dropped. */
  @RegisterForReflection
  public enum Kind {
    DATABASE,
    SCHEMA,
    ROLE;

    /** As the API writes it; its description calls this, and can where the enum is public. */
    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is done with an orphan. */
  @RegisterForReflection
  public enum Action {
    /** It never held a tenant's data: it is removed when it was seen twice, or on request. */
    REMOVE,
    /** It may be all there is of a tenant: on request it is closed and renamed, and kept. */
    QUARANTINE,
    /** It is left as it is: it is kept for an undo, or in quarantine, or bears no mark. */
    KEEP;

    /** As the API writes it. */
    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether it is the same thing; what is done with it may have changed. */
  String key() {
    return cluster + "/" + kind + "/" + name;
  }
}
