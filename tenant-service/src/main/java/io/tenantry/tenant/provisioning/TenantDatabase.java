package io.tenantry.tenant.provisioning;

import java.util.Optional;
import java.util.UUID;

/**
 * Where a tenant's data lies.
 *
 * @param schema its schema, if it shares the database with others
 * @param role who logs in
 */
public record TenantDatabase(
    UUID tenantId, String cluster, String database, Optional<String> schema, String role) {}
