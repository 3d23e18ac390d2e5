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
 * @param schema its schema; empty if the whole database is its own
 * @param role its role, which has all its rights and which its other roles are named after
 */
public record TenantLocation(
    UUID tenantId, String cluster, String database, Optional<String> schema, String role) {

  /** From the columns that all tables and views of tenants' places name alike. */
  public static TenantLocation of(Row row) {
    return new TenantLocation(
        row.getUUID("tenant_id"),
        row.getString("cluster"),
        row.getString("database_name"),
        Optional.ofNullable(row.getString("schema_name")),
        row.getString("role_name"));
  }

  /** Its database, or its schema, whichever is its own. */
  public String own() {
    return schema.orElse(database);
  }

  /** Its second login role; there may be none. */
  public String secondRole() {
    return ClusterRoles.second(role);
  }

  /** The role that owns its data, or may do what its owner may. */
  public String ownerRole() {
    return ClusterRoles.owner(role);
  }

  /** The schema in quotes. */
  public String quotedSchema() {
    return Identifiers.quote(schema.orElseThrow());
  }
}
