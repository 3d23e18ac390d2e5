package io.tenantry.tenant.cluster;

import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.ReplicaLocks;
import io.tenantry.kernel.db.ReplicaLocks.Lock;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.ClusterDirectory;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Registers, changes and deletes clusters. */
@Singleton
final class ClusterRegistry {

  private static final String FOREIGN_KEY_VIOLATION = "23503";

  private final ClusterStore store;
  private final ClusterDirectory directory;
  private final ClusterIdentities identities;
  private final Clusters clusters;
  private final ConnectionStringUpdates connectionStrings;
  private final ClusterRemoval removal;
  private final ReplicaLocks locks;

  ClusterRegistry(
      ClusterStore store,
      ClusterDirectory directory,
      ClusterIdentities identities,
      Clusters clusters,
      ConnectionStringUpdates connectionStrings,
      ClusterRemoval removal,
      ReplicaLocks locks) {
    this.store = store;
    this.directory = directory;
    this.identities = identities;
    this.clusters = clusters;
    this.connectionStrings = connectionStrings;
    this.removal = removal;
    this.locks = locks;
  }

  /**
   * Registers a cluster after testing it: the admin can log in and has the required privileges, and
   * the server does not belong to another control plane.
   *
   * @throws TenantryException {@code CLUSTER_UNUSABLE}, {@code CLUSTER_TLS_FAILED}, {@code
   *     CLUSTER_EXISTS}
   */
  RegisteredCluster register(RegisterCluster request) {
    ClusterAccess access = request.access();
    tryOut(access, cluster -> identities.refuseRegistered(cluster.examine()));
    store.addRegion(access.region());
    try {
      // Draining until it is prepared: no tenants, templates or pool entries are created there.
      store.insert(access, request.capacityOrDefault(), RegisteredCluster.DRAINING);
    } catch (SqlError e) {
      throw explained(e, access);
    }
    clusters.forget();
    try {
      tryOut(access, Cluster::prepare);
      store.setStatus(access.name(), RegisteredCluster.ACTIVE);
    } catch (RuntimeException e) {
      store.delete(access.name());
      throw e;
    } finally {
      clusters.forget();
    }
    return get(access.name());
  }

  private void tryOut(ClusterAccess access, Consumer<Cluster> trial) {
    Cluster cluster = clusters.open(access);
    try {
      cluster.tryLogin();
      trial.accept(cluster);
    } catch (DatabaseUnavailable e) {
      // The control database may be unavailable as well.
      throw e.isOf(access.name()) ? AccessFailure.of(access, e) : e;
    } catch (SqlError e) {
      throw AccessFailure.of(access, e);
    } catch (TenantryException e) {
      throw e.code() == ErrorCode.REGION_UNAVAILABLE && e.getCause() != null
          ? AccessFailure.unusable(String.valueOf(e.getCause().getMessage()))
          : e;
    } finally {
      cluster.close();
    }
  }

  private static RuntimeException explained(SqlError e, ClusterAccess access) {
    if (e.violatesUnique("clusters_pkey")) {
      return exists("The cluster " + access.name() + " already exists.");
    }
    return e.violatesUnique("clusters_host_port_key")
        ? exists("Another cluster is already registered with this host and port.")
        : e;
  }

  /**
   * The cluster with this name.
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
   * Changes a cluster's status, capacity and access. A new access is tested first, as at
   * registration. Afterwards the connection strings of its tenants are updated; if this service
   * stops before that, another replica updates them within a minute.
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
        // It must be the same server, or a standby of it.
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
   * The CA certificates of a cluster, in PEM; empty if the server's certificate is not verified.
   *
   * @throws TenantryException {@code CLUSTER_NOT_FOUND}
   */
  Optional<String> rootCertificate(String name) {
    return directory.find(name).orElseThrow(() -> notFound(name)).sslRootCertificate();
  }

  /**
   * Deletes a cluster without tenants, after removing its warm pool and golden templates.
   *
   * @param leaveServer true to remove nothing on the server, for a lost server
   * @throws TenantryException {@code CLUSTER_NOT_FOUND}, {@code CLUSTER_IN_USE}, {@code
   *     RECOVERY_MODE}, {@code DATABASE_UNAVAILABLE} if the server does not respond
   */
  void delete(String name, boolean leaveServer) {
    identities.requireNormal();
    RegisteredCluster before = get(name);
    requireNoTenants(before);
    store.setStatus(name, RegisteredCluster.DRAINING);
    clusters.forget();
    try {
      if (leaveServer) {
        removal.forget(name);
        forget(name);
      } else {
        // No template may be created there between the two steps.
        locks.holding(
            List.of(Lock.exclusive(ClusterRemoval.lock(name))),
            ClusterRegistry::busy,
            () -> {
              clear(name);
              forget(name);
              return true;
            });
      }
    } catch (RuntimeException e) {
      store.setStatus(name, before.status());
      clusters.forget();
      throw e;
    }
    clusters.close(name);
  }

  private void clear(String name) {
    try {
      Cluster cluster = clusters.named(name);
      cluster.requireUsable();
      removal.clear(cluster);
    } catch (DatabaseUnavailable e) {
      throw withHint(e);
    } catch (SqlError e) {
      throw withHint(AccessFailure.of(directory.find(name).orElseThrow(() -> notFound(name)), e));
    }
  }

  private static TenantryException withHint(TenantryException failure) {
    return new TenantryException(
        failure.code(),
        failure.getMessage()
            + " Its warm pool and golden templates cannot be removed. If the server is lost, delete the cluster with leave_server=true.",
        failure.getCause());
  }

  private void forget(String name) {
    try {
      if (store.delete(name)) {
        return;
      }
    } catch (SqlError e) {
      if (!e.sqlState().equals(FOREIGN_KEY_VIOLATION)) {
        throw e;
      }
    }
    requireNoTenants(get(name));
    throw busy(null);
  }

  private static TenantryException busy(@Nullable SqlError cause) {
    return new TenantryException(
        ErrorCode.CLUSTER_IN_USE,
        "Templates or pool entries are being created on the cluster; try again.",
        cause);
  }

  private static void requireNoTenants(RegisteredCluster cluster) {
    if (cluster.tenants() > 0) {
      throw new TenantryException(
          ErrorCode.CLUSTER_IN_USE,
          "The cluster holds %d tenants; delete them first.".formatted(cluster.tenants()));
    }
  }

  private static TenantryException notFound(String name) {
    return new TenantryException(ErrorCode.CLUSTER_NOT_FOUND, "There is no cluster " + name + ".");
  }

  private static TenantryException exists(String detail) {
    return new TenantryException(ErrorCode.CLUSTER_EXISTS, detail);
  }
}
