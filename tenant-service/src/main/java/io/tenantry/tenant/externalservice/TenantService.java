package io.tenantry.tenant.externalservice;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A tenant's registration with a service.
 *
 * @param type {@code auth}, {@code realtime} or {@code storage}
 * @param endpoint the service's URL for the tenant
 * @param status {@code active}, {@code disabled} or {@code error}; {@code pending} while it is
 *     being registered
 * @param registered whether the service itself was called to register the tenant
 * @param error why the last health check failed
 * @param checkedAt when the health was last checked
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
