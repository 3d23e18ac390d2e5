package io.tenantry.tenant.provisioning;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The owner of a tenant and its external id, in the caller's terms.
 *
 * @param ownerId the caller's id of a person; null if not given
 * @param organizationId the caller's id of an organization; null if not given
 * @param externalId the caller's id of the tenant; null if not given
 * @param metadata the caller's own data, a JSON object
 */
public record Owner(
    @Nullable String ownerId,
    @Nullable String organizationId,
    @Nullable String externalId,
    Map<String, Object> metadata) {}
