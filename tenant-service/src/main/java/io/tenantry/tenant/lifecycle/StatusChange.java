package io.tenantry.tenant.lifecycle;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.provisioning.TenantDatabase;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A status change of a tenant that is committed in the control database and not yet applied on the
 * cluster.
 *
 * @param status the new status: {@code active}, {@code suspended} or {@code deleting}
 * @param logins the roles that may log in: the role of the connection string, and the previous one
 *     while both are valid
 */
record StatusChange(TenantStatus status, TenantDatabase target, Set<String> logins) {

  /** Both login roles of the tenant. */
  Set<String> roles() {
    return Set.of(target.role(), ClusterRoles.second(target.role()));
  }

  /** The login roles that may not log in. */
  Set<String> blockedRoles() {
    return roles().stream()
        .filter(role -> !logins.contains(role))
        .collect(Collectors.toUnmodifiableSet());
  }
}
