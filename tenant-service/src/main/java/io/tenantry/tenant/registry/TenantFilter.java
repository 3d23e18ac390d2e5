package io.tenantry.tenant.registry;

/**
 * Filters of a list of tenants; null matches any value.
 *
 * @param status null for all except deleted tenants
 * @param namePrefix the prefix of the name
 */
public record TenantFilter(
    String status, String environment, String blueprint, String region, String namePrefix) {}
