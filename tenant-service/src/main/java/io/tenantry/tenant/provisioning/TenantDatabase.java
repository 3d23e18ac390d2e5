package io.tenantry.tenant.provisioning;

import java.util.UUID;

/** Where a tenant's data lies: the cluster, the database and the role that logs in. */
public record TenantDatabase(UUID tenantId, String cluster, String database, String role) {}
