package io.tenantry.tenant.apikey;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The result of checking an API key.
 *
 * @param reason why the key is refused: {@code unknown}, {@code revoked}, {@code expired}, {@code
 *     tenant_not_active} or {@code missing_scope}
 * @param tenantId the tenant that the key belongs to, if known
 */
record Validation(
    boolean valid,
    Optional<String> reason,
    Optional<UUID> tenantId,
    Optional<UUID> keyId,
    Optional<List<String>> scopes,
    Optional<Instant> expiresAt) {}
