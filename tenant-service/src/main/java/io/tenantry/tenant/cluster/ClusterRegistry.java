package io.tenantry.tenant.cluster;

import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** What can be done with clusters. */
@Singleton
final class ClusterRegistry {

  private final ClusterStore store;
  private final ClusterIdentities identities;
  private final Clusters clusters;

  ClusterRegistry(ClusterStore store, ClusterIdentities identities, Clusters clusters) {
    this.store = store;
    this.identities = identities;
    this.clusters = clusters;
  }

  /**
   * Registers a cluster that was tried first: its admin can log in and may do what provisioning
   * needs, and no other control plane has it.
   *
   * @throws TenantryException {@code CLUSTER_UNUSABLE}, or {@code CLUSTER_EXISTS} also if it is
   *     registered under another name or address
   */
  RegisteredCluster register(RegisterCluster request) {
    ClusterAccess access = request.access();
    try {
      identities.refuseRegistered(clusters.open(access).examine());
    } catch (RuntimeException e) {
      throw refused(access, e);
    }
    store.addRegion(access.region());
    try {
      store.insert(access, request.capacityOrDefault());
    } catch (SqlError e) {
      if (e.violatesUnique("clusters_pkey")) {
        throw exists("There is a cluster " + access.name() + " already.");
      }
      if (e.violatesUnique("clusters_host_port_key")) {
        throw exists("A cluster is registered at this host and port already.");
      }
      throw e;
    }
    clusters.forget();
    try {
      clusters.named(access.name()).prepare();
    } catch (RuntimeException e) {
      store.delete(access.name());
      clusters.forget();
      throw refused(access, e);
    }
    return get(access.name());
  }

  /**
   * One cluster.
   *
   * @throws TenantryException {@code CLUSTER_NOT_FOUND}
   */
  RegisteredCluster get(String name) {
    return store
        .find(name)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.CLUSTER_NOT_FOUND, "There is no cluster " + name + "."));
  }

  List<RegisteredCluster> all() {
    return store.all();
  }

  /**
   * Changes how many tenants a cluster takes, and whether it takes any.
   *
   * @throws TenantryException {@code CLUSTER_NOT_FOUND}
   */
  RegisteredCluster change(String name, ChangeCluster change) {
    store.update(
        name, Optional.ofNullable(change.status()), Optional.ofNullable(change.capacity()));
    clusters.forget();
    return get(name);
  }

  /**
   * Forgets a cluster without tenants.
   *
   * @throws TenantryException {@code CLUSTER_IN_USE}
   */
  void delete(String name) {
    RegisteredCluster cluster = get(name);
    if (!store.delete(name)) {
      throw new TenantryException(
          ErrorCode.CLUSTER_IN_USE,
          "The cluster holds %d tenants; delete them first.".formatted(cluster.tenants()));
    }
    clusters.forget();
  }

  private static RuntimeException refused(ClusterAccess access, RuntimeException cause) {
    return switch (cause) {
      case DatabaseUnavailable e ->
          unusable("%s:%d does not answer as PostgreSQL.".formatted(access.host(), access.port()));
      case TenantryException e ->
          e.code() == ErrorCode.REGION_UNAVAILABLE ? unusable(e.getCause().getMessage()) : e;
      case SqlError e ->
          unusable(
              "Its admin cannot do what is needed (SQLSTATE %s); see deploy/postgres/tenant-cluster.sql."
                  .formatted(e.sqlState()));
      default -> cause;
    };
  }

  private static TenantryException unusable(String reason) {
    return new TenantryException(ErrorCode.CLUSTER_UNUSABLE, reason);
  }

  private static TenantryException exists(String detail) {
    return new TenantryException(ErrorCode.CLUSTER_EXISTS, detail);
  }
}
