package io.tenantry.backup.postgres;

import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.tenant.TenantLocation;
import java.util.Optional;
import java.util.UUID;

/**
 * A database or a schema that an owner role works on, and the mark that it must have.
 *
 * @param schema the schema; empty if the data is the whole database
 * @param role the role whose owner role owns it
 * @param marked the kind of object that has the mark
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

  /** The scratch database of an operation. */
  static TenantData scratch(String database, String role, Mark.Purpose purpose, UUID operation) {
    return new TenantData(
        database, Optional.empty(), role, Kind.DATABASE, Expected.createdBy(operation, purpose));
  }

  /** The owner role that works on it. */
  String owner() {
    return ClusterRoles.owner(role);
  }

  /** The name of the object that has the mark. */
  String markedName() {
    return marked == Kind.DATABASE ? database : owner();
  }
}
