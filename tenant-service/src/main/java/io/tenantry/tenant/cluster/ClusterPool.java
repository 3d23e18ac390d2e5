package io.tenantry.tenant.cluster;

/** The warm pool of one cluster. */
public interface ClusterPool {

  /**
   * Removes the entries of a cluster that takes no tenants, and their databases, schemas and roles.
   *
   * @throws io.tenantry.kernel.error.TenantryException {@code CLUSTER_IN_USE} if a replica is still
   *     making some
   */
  void empty(String cluster);

  /** Forgets the entries of a cluster; what was made of them stays on its server. */
  void forget(String cluster);
}
