package io.tenantry.backup.migration;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A tenant's migration status, relative to the current version of its blueprint.
 *
 * @param version the version that it is at
 * @param currentVersion the version that new tenants get
 * @param error why its last migration failed
 * @param driftCheckedAt when it was last checked for drift; absent if never at this version
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
   * The status; the first one that applies. Public, because otherwise the OpenAPI document shows
   * the constants' names.
   */
  @RegisterForReflection
  public enum Status {
    /** Its last migration failed. */
    FAILED,
    /** The last drift check found differences from its golden template. */
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

  /** The number of a blueprint's tenants by status. */
  @RegisterForReflection
  record Summary(
      String blueprint,
      String currentVersion,
      long upToDate,
      long pending,
      long failed,
      long drifted) {}
}
