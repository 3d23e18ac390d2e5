package io.tenantry.backup.migration;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
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

  /** In a word; of several that are true, the first. */
  @RegisterForReflection
  enum Status {
    /** Its last migration failed. */
    failed,
    /** The last look at it showed what its golden template has not, or has otherwise. */
    drifted,
    /** It is not at the current version. */
    pending,
    up_to_date
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
