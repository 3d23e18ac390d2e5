package io.tenantry.tenant.credentials;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.tenant.provisioning.TenantDatabase;

/**
 * A rotation of a tenant's credentials whose lease this replica holds.
 *
 * @param login the current login role
 */
record Rotation(TenantDatabase target, String login) {

  /** The next login role: the other one of the tenant's two. */
  String next() {
    return login.equals(target.role()) ? ClusterRoles.second(login) : target.role();
  }
}
