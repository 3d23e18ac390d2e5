package io.tenantry.tenant.cluster;

/** Removes the warm pool of a cluster. */
public interface ClusterPool {

  /**
   * Removes the entries of a draining cluster with their databases, schemas and roles.
   *
   * @throws io.tenantry.kernel.error.TenantryException {@code CLUSTER_IN_USE} if a replica is still
   *     creating entries
   */
  void empty(String cluster);

  /** Deletes the records of a cluster's entries; their databases stay on the server. */
  void forget(String cluster);
}
