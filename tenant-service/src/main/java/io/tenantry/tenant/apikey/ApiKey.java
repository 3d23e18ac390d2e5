package io.tenantry.tenant.apikey;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An API key as it can be seen after it was issued: without the key itself.
 *
 * @param prefix what the key begins with
 * @param status {@code active}, {@code expired} or {@code revoked}
 * @param lastUsedAt when it was last used, some seconds late; absent if never
 * @param replacedBy the key it was rotated to
 */
record ApiKey(
    UUID keyId,
    String name,
    String prefix,
    List<String> scopes,
    String status,
    Instant createdAt,
    Optional<Instant> expiresAt,
    Optional<Instant> revokedAt,
    Optional<Instant> lastUsedAt,
    Optional<UUID> replacedBy) {}
