package io.tenantry.tenant.lifecycle;

import io.tenantry.tenant.provisioning.TenantDatabase;

/**
 * A change of a tenant that the control database has already and the cluster is to follow.
 *
 * @param status what the tenant has become: {@code active}, {@code suspended} or {@code deleting}
 */
record Change(String status, TenantDatabase target) {}
