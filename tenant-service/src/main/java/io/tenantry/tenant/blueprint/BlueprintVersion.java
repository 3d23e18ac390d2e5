package io.tenantry.tenant.blueprint;

import java.time.Instant;

/**
 * A version of a blueprint, whose content never changes.
 *
 * @param name the blueprint's name
 * @param version the hash of its content
 * @param current whether new tenants use it
 * @param shipped whether it is shipped with the service
 * @param acceptedAt when it was first stored
 */
record BlueprintVersion(
    String name, String version, boolean current, boolean shipped, Instant acceptedAt) {}
