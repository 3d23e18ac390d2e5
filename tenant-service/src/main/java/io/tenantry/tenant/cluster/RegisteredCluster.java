package io.tenantry.tenant.cluster;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * A registered PostgreSQL cluster; its admin's password is never shown.
 *
 * @param status {@code active}, or {@code draining}: it keeps its tenants and takes no new ones
 * @param capacity tenants it may hold
 * @param tenants tenants it holds
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

  /** How many more tenants it takes. */
  int freeCapacity() {
    return status.equals(ACTIVE) ? Math.max(0, capacity - tenants) : 0;
  }
}
