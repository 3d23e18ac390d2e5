package io.tenantry.tenant.registry;

import org.jspecify.annotations.Nullable;

/**
 * Filters of a list of tenants; null matches any value.
 *
 * @param status null for all except deleted tenants
 * @param namePrefix the prefix of the name
 */
public record TenantFilter(
    @Nullable String status,
    @Nullable String environment,
    @Nullable String blueprint,
    @Nullable String region,
    @Nullable String namePrefix) {}
