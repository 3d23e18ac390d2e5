package io.tenantry.tenant.credentials;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.tenant.provisioning.TenantDatabase;

/**
 * A change of a tenant's credentials whose lease this replica has.
 *
 * @param login the role that logs in now
 */
record Rotation(TenantDatabase target, String login) {

  /** The role that is to log in from now on: the other of the two. */
  String next() {
    return login.equals(target.role()) ? ClusterRoles.second(login) : target.role();
  }
}
