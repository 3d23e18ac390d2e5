package io.tenantry.tenant.cluster;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * A registered PostgreSQL cluster, without the admin's password.
 *
 * @param status {@code active}, or {@code draining}: no new tenants are placed on it
 * @param capacity the maximum number of tenants
 * @param tenants the number of tenants
 */
@RegisterForReflection
record RegisteredCluster(
    String name,
    String region,
    String host,
    int port,
    String maintenanceDatabase,
    String adminUser,
    String sslMode,
    String status,
    int capacity,
    int tenants,
    Instant createdAt,
    Instant updatedAt) {

  static final String ACTIVE = "active";
  static final String DRAINING = "draining";

  /** The number of tenants that can still be placed on it. */
  int freeCapacity() {
    return status.equals(ACTIVE) ? Math.max(0, capacity - tenants) : 0;
  }
}
