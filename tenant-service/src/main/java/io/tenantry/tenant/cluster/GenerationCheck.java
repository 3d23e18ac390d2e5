package io.tenantry.tenant.cluster;

import java.util.OptionalLong;

/** Notices when the control database is older than a cluster. */
public interface GenerationCheck {

  /**
   * Compares the generation that a cluster has seen with the control database's; one that is higher
   * starts recovery mode.
   *
   * @param onCluster empty for a cluster that has seen none yet
   */
  void compare(String cluster, OptionalLong onCluster);

  /**
   * Refuses in recovery mode.
   *
   * @throws io.tenantry.kernel.error.TenantryException {@code RECOVERY_MODE}
   */
  void requireNormal();
}
