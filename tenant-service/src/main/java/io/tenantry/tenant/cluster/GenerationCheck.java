package io.tenantry.tenant.cluster;

import java.util.OptionalLong;

/** Detects that the control database is older than the data on a cluster. */
public interface GenerationCheck {

  /**
   * Compares the generation on a cluster with that of the control database; a higher one on the
   * cluster starts recovery mode.
   *
   * @param onCluster the generation on the cluster; empty if none is recorded
   */
  void compare(String cluster, OptionalLong onCluster);

  /**
   * Throws in recovery mode.
   *
   * @throws io.tenantry.kernel.error.TenantryException {@code RECOVERY_MODE}
   */
  void requireNormal();
}
