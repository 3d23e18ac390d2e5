package io.tenantry.backup.tenant;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.db.Identifiers;
import java.util.Optional;
import java.util.UUID;

/**
 * A tenant, and where its data lies.
 *
 * @param database the database; a schema-isolated tenant shares it with others
 * @param schema the tenant's schema; empty if the whole database is its own
 * @param role the role it logs in with
 */
public record TenantPlace(
    UUID tenantId,
    String name,
    String blueprint,
    String blueprintVersion,
    String cluster,
    String database,
    Optional<String> schema,
    String role) {

  /** Its database, or its schema, whichever is its own. */
  public String own() {
    return schema.orElse(database);
  }

  /** Its second login role; there may be none. */
  public String secondRole() {
    return ClusterRoles.second(role);
  }

  /** The schema in quotes. */
  public String quotedSchema() {
    return Identifiers.quote(schema.orElseThrow());
  }
}
