package io.tenantry.tenant.apikey;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An API key without its secret, as shown after it was issued.
 *
 * @param prefix the prefix of the key
 * @param status {@code active}, {@code expired} or {@code revoked}
 * @param lastUsedAt when it was last used, updated with a delay of some seconds; absent if never
 * @param replacedBy the id of the key that replaced it by rotation
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
