package io.tenantry.tenant.registry;

/**
 * Which tenants a list shows; null for any.
 *
 * @param status without one, all but deleted tenants
 * @param namePrefix what the name begins with
 */
public record TenantFilter(
    String status, String environment, String blueprint, String region, String namePrefix) {}
