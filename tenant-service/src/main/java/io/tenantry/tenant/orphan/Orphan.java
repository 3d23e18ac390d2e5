package io.tenantry.tenant.orphan;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A database, a schema or a role that Tenantry made and no tenant has.
 *
 * @param cluster the server it is on
 * @param kind {@code database}, {@code schema} or {@code role}
 * @param name its name
 * @param recorded whether this control database ever recorded it; what it did not may be a tenant's
 *     that was made after the backup this control database was restored from
 */
@RegisterForReflection
record Orphan(String cluster, Kind kind, String name, boolean recorded) {

  /** In the order of their removal: a role that is granted anything cannot be dropped. */
  @RegisterForReflection
  enum Kind {
    database,
    schema,
    role
  }
}
