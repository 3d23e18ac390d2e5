package io.tenantry.kernel.tenant;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.db.Identifiers;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a tenant's data is stored.
 *
 * @param cluster the name of the PostgreSQL cluster, see {@link ClusterDirectory}
 * @param database its database; a tenant with a schema shares it with others
 * @param schema its schema; empty if it has a database of its own
 * @param role its first login role, which its other roles are named after
 */
public record TenantLocation(
    UUID tenantId, String cluster, String database, Optional<String> schema, String role) {

  /** Reads the columns that all tables and views with tenants' locations share. */
  public static TenantLocation of(Row row) {
    return new TenantLocation(
        row.getUUID("tenant_id"),
        row.getString("cluster"),
        row.getString("database_name"),
        Optional.ofNullable(row.getString("schema_name")),
        row.getString("role_name"));
  }

  /** Its schema, or its database if it has no schema. */
  public String own() {
    return schema.orElse(database);
  }

  /** Its second login role, which may not exist. */
  public String secondRole() {
    return ClusterRoles.second(role);
  }

  /** Its owner role, which owns its data or is a member of the owner. */
  public String ownerRole() {
    return ClusterRoles.owner(role);
  }

  /** The quoted name of the schema. */
  public String quotedSchema() {
    return Identifiers.quote(schema.orElseThrow());
  }
}
