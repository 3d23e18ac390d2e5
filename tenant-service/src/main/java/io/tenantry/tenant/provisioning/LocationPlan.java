package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Isolation;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Credentials;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a tenant's data will lie, and what it logs in with.
 *
 * @param database its database, or the one that it shares
 * @param schema its schema in there, if it shares the database with others
 */
record LocationPlan(
    UUID tenantId,
    Blueprint blueprint,
    Cluster cluster,
    String database,
    Optional<String> schema,
    Credentials credentials) {

  /** A home to be made, with a fresh password. */
  static LocationPlan planned(
      UUID tenantId, Blueprint blueprint, Cluster cluster, SecureRandom random) {
    String name = blueprint.tenantName(tenantId);
    return of(tenantId, blueprint, cluster, Credentials.generate(name, random));
  }

  /** The home of a tenant with these credentials. */
  static LocationPlan of(
      UUID tenantId, Blueprint blueprint, Cluster cluster, Credentials credentials) {
    String name = blueprint.tenantName(tenantId);
    boolean shared = blueprint.isolation() == Isolation.SCHEMA;
    return new LocationPlan(
        tenantId,
        blueprint,
        cluster,
        shared ? Cluster.SHARED : name,
        shared ? Optional.of(name) : Optional.empty(),
        credentials);
  }

  TenantDatabase target() {
    return new TenantDatabase(tenantId, cluster.name(), database, schema, credentials.role());
  }

  String connectionString() {
    return cluster.connectionString(database, credentials);
  }
}
