package io.tenantry.tenant.registry;

import org.jspecify.annotations.Nullable;

/**
 * Which tenants a list shows; null for any.
 *
 * @param status without one, all but deleted tenants
 * @param namePrefix what the name begins with
 */
public record TenantFilter(
    @Nullable String status,
    @Nullable String environment,
    @Nullable String blueprint,
    @Nullable String region,
    @Nullable String namePrefix) {}
