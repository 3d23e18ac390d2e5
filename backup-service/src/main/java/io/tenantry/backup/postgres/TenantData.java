package io.tenantry.backup.postgres;

import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.tenant.TenantLocation;
import java.util.Optional;
import java.util.UUID;

/**
 * A database or a schema that an owner role works on, and what it must be marked as.
 *
 * @param schema the schema; empty if the whole database is it
 * @param role the role whose owner role owns it
 * @param marked what has the mark
 */
public record TenantData(
    String database, Optional<String> schema, String role, Kind marked, Expected expected) {

  /** A tenant's live data. */
  public static TenantData of(TenantLocation tenant) {
    return new TenantData(
        tenant.database(),
        tenant.schema(),
        tenant.role(),
        tenant.schema().isPresent() ? Kind.ROLE : Kind.DATABASE,
        Expected.of(tenant.tenantId(), Mark.Purpose.TENANT));
  }

  /** A scratch database that an operation made. */
  static TenantData scratch(String database, String role, Mark.Purpose purpose, UUID operation) {
    return new TenantData(
        database, Optional.empty(), role, Kind.DATABASE, Expected.createdBy(operation, purpose));
  }

  /** The role that works on it. */
  String owner() {
    return ClusterRoles.owner(role);
  }

  /** The name of what has the mark. */
  String markedName() {
    return marked == Kind.DATABASE ? database : owner();
  }
}
