package io.tenantry.backup.migration;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a tenant stands beside the current version of its blueprint.
 *
 * @param version the version that it is at
 * @param currentVersion the version that new tenants are made from
 * @param error why its last migration failed
 * @param driftCheckedAt when its catalog was looked at last; absent if never at this version
 */
@RegisterForReflection
record TenantState(
    UUID tenantId,
    String name,
    String blueprint,
    String version,
    String currentVersion,
    Status status,
    Optional<Migration.Failure> error,
    Optional<Instant> driftCheckedAt) {

  /**
   * In a word; of several that are true, the first. Public, or the OpenAPI document has the
   * constants for its names.
   */
  @RegisterForReflection
  public enum Status {
    /** Its last migration failed. */
    FAILED,
    /** The last look at it showed what its golden template has not, or has otherwise. */
    DRIFTED,
    /** It is not at the current version. */
    PENDING,
    UP_TO_DATE;

    static Status of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Its name in the API and the database. */
    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How many tenants of a blueprint stand where. */
  @RegisterForReflection
  record Summary(
      String blueprint,
      String currentVersion,
      long upToDate,
      long pending,
      long failed,
      long drifted) {}
}
