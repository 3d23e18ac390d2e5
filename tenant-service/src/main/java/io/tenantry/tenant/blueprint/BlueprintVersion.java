package io.tenantry.tenant.blueprint;

import java.time.Instant;

/**
 * One version of a blueprint, which never changes.
 *
 * @param name the blueprint's name
 * @param version its content hash
 * @param current whether new tenants are made from it
 * @param shipped whether it came with the service
 * @param acceptedAt when it was stored first
 */
record BlueprintVersion(
    String name, String version, boolean current, boolean shipped, Instant acceptedAt) {}
