package io.tenantry.tenant.cluster;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;

/**
 * A change of a cluster; what is not said stays.
 *
 * @param status {@code draining} keeps new tenants away, {@code active} lets them in again
 */
@RegisterForReflection
record ChangeCluster(
    @Pattern(regexp = "active|draining", message = "must be active or draining") String status,
    @Min(value = 0, message = "must be 0 or more") Integer capacity) {}
