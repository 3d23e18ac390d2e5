package io.tenantry.tenant.cluster;

import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.ClusterDirectory;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What can be done with clusters. */
@Singleton
final class ClusterRegistry {

  private final ClusterStore store;
  private final ClusterDirectory directory;
  private final ClusterIdentities identities;
  private final Clusters clusters;
  private final ConnectionStringUpdates connectionStrings;

  ClusterRegistry(
      ClusterStore store,
      ClusterDirectory directory,
      ClusterIdentities identities,
      Clusters clusters,
      ConnectionStringUpdates connectionStrings) {
    this.store = store;
    this.directory = directory;
    this.identities = identities;
    this.clusters = clusters;
    this.connectionStrings = connectionStrings;
  }

  /**
   * Registers a cluster that was tried first: its admin can log in and may do what provisioning
   * needs, and no other control plane has it.
   *
   * @throws TenantryException {@code CLUSTER_UNUSABLE}, {@code CLUSTER_TLS_FAILED}, {@code
   *     CLUSTER_EXISTS}
   */
  RegisteredCluster register(RegisterCluster request) {
    ClusterAccess access = request.access();
    tryOut(access, cluster -> identities.refuseRegistered(cluster.examine()));
    store.addRegion(access.region());
    try {
      store.insert(access, request.capacityOrDefault());
    } catch (SqlError e) {
      throw explained(e, access);
    }
    clusters.forget();
    try {
      tryOut(access, Cluster::prepare);
    } catch (RuntimeException e) {
      store.delete(access.name());
      clusters.forget();
      throw e;
    }
    return get(access.name());
  }

  private void tryOut(ClusterAccess access, Consumer<Cluster> trial) {
    try {
      trial.accept(clusters.open(access));
    } catch (DatabaseUnavailable e) {
      throw unreachable(access, e);
    } catch (TenantryException e) {
      throw e.code() == ErrorCode.REGION_UNAVAILABLE ? unusable(e.getCause().getMessage()) : e;
    } catch (SqlError e) {
      throw unusable(
          "Its admin cannot do what is needed (SQLSTATE %s); see deploy/postgres/tenant-cluster.sql."
              .formatted(e.sqlState()));
    }
  }

  private static TenantryException unreachable(ClusterAccess access, DatabaseUnavailable failure) {
    String server = access.host() + ':' + access.port();
    if (failure.code() != ErrorCode.DATABASE_TLS_FAILED) {
      return unusable(server + " does not answer as PostgreSQL.");
    }
    String reason =
        access
            .admin(access.maintenanceDatabase())
            .refusal()
            .map(refusal -> refusal + '.')
            .orElseGet(failure::getMessage);
    return new TenantryException(ErrorCode.CLUSTER_TLS_FAILED, server + ": " + reason);
  }

  private static RuntimeException explained(SqlError e, ClusterAccess access) {
    if (e.violatesUnique("clusters_pkey")) {
      return exists("There is a cluster " + access.name() + " already.");
    }
    return e.violatesUnique("clusters_host_port_key")
        ? exists("A cluster is registered at this host and port already.")
        : e;
  }

  /**
   * One cluster.
   *
   * @throws TenantryException {@code CLUSTER_NOT_FOUND}
   */
  RegisteredCluster get(String name) {
    return store.find(name).orElseThrow(() -> notFound(name));
  }

  List<RegisteredCluster> all() {
    return store.all();
  }

  /**
   * Changes a cluster: how many tenants it takes, whether it takes any, and how it is reached. A
   * new access is tried first, as at the registration. Afterwards its tenants' connection strings
   * lead to where it is now; should this service end meanwhile, they do within a minute.
   *
   * @throws TenantryException {@code CLUSTER_NOT_FOUND}, {@code CLUSTER_UNUSABLE}, {@code
   *     CLUSTER_TLS_FAILED}, {@code CLUSTER_EXISTS}, {@code CLUSTER_MISMATCH}
   */
  RegisteredCluster change(String name, ChangeCluster change) {
    ClusterAccess tried = null;
    while (true) {
      RegisteredCluster before = get(name);
      ClusterAccess now = directory.find(name).orElseThrow(() -> notFound(name));
      ClusterAccess access = change.appliedTo(now);
      if (!access.equals(now) && !access.equals(tried)) {
        // It must be the same server as before, or a standby of it.
        tryOut(access, Cluster::prepare);
        tried = access;
      }
      try {
        if (store.update(
            before,
            access,
            Optional.ofNullable(change.status()),
            Optional.ofNullable(change.capacity()))) {
          break;
        }
      } catch (SqlError e) {
        throw explained(e, access);
      }
    }
    clusters.forget();
    connectionStrings.update();
    return get(name);
  }

  /**
   * What the certificate of a cluster's server is checked against, in PEM; empty if it is not.
   *
   * @throws TenantryException {@code CLUSTER_NOT_FOUND}
   */
  Optional<String> rootCertificate(String name) {
    return directory.find(name).orElseThrow(() -> notFound(name)).sslRootCertificate();
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

  private static TenantryException notFound(String name) {
    return new TenantryException(ErrorCode.CLUSTER_NOT_FOUND, "There is no cluster " + name + ".");
  }

  private static TenantryException unusable(String reason) {
    return new TenantryException(ErrorCode.CLUSTER_UNUSABLE, reason);
  }

  private static TenantryException exists(String detail) {
    return new TenantryException(ErrorCode.CLUSTER_EXISTS, detail);
  }
}
