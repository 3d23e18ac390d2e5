package io.tenantry.tenant.orphan;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A database, a schema or a role that Tenantry made and no tenant has.
 *
 * @param cluster the server it is on
 * @param kind {@code database}, {@code schema} or {@code role}
 * @param name its name
 */
@RegisterForReflection
record Orphan(String cluster, Kind kind, String name) {

  @RegisterForReflection
  enum Kind {
    database,
    schema,
    role
  }
}
