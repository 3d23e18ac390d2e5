package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Isolation;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Credentials;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a tenant's data is to be stored, and the credentials for it.
 *
 * @param database the tenant's own database, or the shared one
 * @param schema the tenant's schema in the shared database; empty if it has its own database
 */
record LocationPlan(
    UUID tenantId,
    Blueprint blueprint,
    Cluster cluster,
    String database,
    Optional<String> schema,
    Credentials credentials) {

  /** A location to create, with a generated password. */
  static LocationPlan planned(
      UUID tenantId, Blueprint blueprint, Cluster cluster, SecureRandom random) {
    String name = blueprint.tenantName(tenantId);
    return of(tenantId, blueprint, cluster, Credentials.generate(name, random));
  }

  /** The location for a tenant with these credentials. */
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
