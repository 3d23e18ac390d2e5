package io.tenantry.tenant.provisioning;

import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a tenant's data lies.
 *
 * @param schema its schema, if it shares the database with others
 * @param role who logs in
 */
public record TenantDatabase(
    UUID tenantId, String cluster, String database, Optional<String> schema, String role) {

  /** From the columns that all tables of tenants' places name alike. */
  static TenantDatabase of(Row row) {
    return new TenantDatabase(
        row.getUUID("tenant_id"),
        row.getString("cluster"),
        row.getString("database_name"),
        Optional.ofNullable(row.getString("schema_name")),
        row.getString("role_name"));
  }
}
