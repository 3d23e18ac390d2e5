package io.tenantry.tenant.provisioning;

import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.UUID;

/**
 * The location of a tenant's data.
 *
 * @param schema its schema, if it shares the database with other tenants
 * @param role the tenant's role
 */
public record TenantDatabase(
    UUID tenantId, String cluster, String database, Optional<String> schema, String role) {

  /** Reads the columns that all tables with locations share. */
  static TenantDatabase of(Row row) {
    return new TenantDatabase(
        row.getUUID("tenant_id"),
        row.getString("cluster"),
        row.getString("database_name"),
        Optional.ofNullable(row.getString("schema_name")),
        row.getString("role_name"));
  }
}
