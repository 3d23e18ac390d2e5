package io.tenantry.tenant.apikey;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Whether a key may be used.
 *
 * @param reason why not: {@code unknown}, {@code revoked}, {@code expired}, {@code
 *     tenant_not_active} or {@code missing_scope}
 * @param tenantId whose key it is, if that is known
 */
record Validation(
    boolean valid,
    Optional<String> reason,
    Optional<UUID> tenantId,
    Optional<UUID> keyId,
    Optional<List<String>> scopes,
    Optional<Instant> expiresAt) {}
