package io.tenantry.tenant.cluster;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The clusters that tenants are placed on: one, for now, from the configuration. */
@Singleton
public final class Clusters {

  private final ClusterConfig config;
  private final Cluster cluster;

  Clusters(ClusterConfig config, Vertx vertx, SecureRandom random, Database controlDatabase) {
    this.config = config;
    UUID installation =
        controlDatabase
            .run("SELECT installation_id FROM control_plane.installation")
            .iterator()
            .next()
            .getUUID(0);
    this.cluster = new Cluster(config, vertx, random, installation);
  }

  /** The regions a tenant may ask for, whether or not there is room. */
  public Set<String> regions() {
    return config.regions();
  }

  /** The region of a tenant that asks for none. */
  public String defaultRegion() {
    return config.region();
  }

  /**
   * The cluster for a new tenant of this region.
   *
   * @throws TenantryException {@code REGION_UNAVAILABLE} if the region has none
   */
  public Cluster place(String region) {
    if (!config.region().equals(region)) {
      throw new TenantryException(
          ErrorCode.REGION_UNAVAILABLE, "No PostgreSQL cluster serves the region " + region + ".");
    }
    return cluster;
  }

  /** The cluster recorded under this name. */
  public Cluster named(String name) {
    if (!config.name().equals(name)) {
      throw new IllegalStateException("no cluster is configured under the name " + name);
    }
    return cluster;
  }

  public List<Cluster> all() {
    return List.of(cluster);
  }
}
