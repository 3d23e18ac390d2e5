package io.tenantry.tenant.externalservice;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A service of a tenant.
 *
 * @param type {@code auth}, {@code realtime} or {@code storage}
 * @param endpoint where the tenant finds it
 * @param status {@code active}, {@code disabled} or {@code error}; {@code pending} while it is
 *     being registered
 * @param registered whether the service itself was told of the tenant
 * @param error why its health check failed
 * @param checkedAt when its health was last checked
 */
record TenantService(
    String type,
    UUID serviceId,
    Optional<String> endpoint,
    String status,
    boolean registered,
    Optional<String> error,
    Optional<Instant> checkedAt,
    Instant createdAt) {}
