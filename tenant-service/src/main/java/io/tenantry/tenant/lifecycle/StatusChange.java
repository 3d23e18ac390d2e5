package io.tenantry.tenant.lifecycle;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.provisioning.TenantDatabase;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A change of a tenant that the control database has already and the cluster is to follow.
 *
 * @param status what the tenant has become: {@code active}, {@code suspended} or {@code deleting}
 * @param logins the roles it logs in with: that of its connection string, and the one before while
 *     both are valid
 */
record StatusChange(TenantStatus status, TenantDatabase target, Set<String> logins) {

  /** Both roles that it can ever log in with. */
  Set<String> roles() {
    return Set.of(target.role(), ClusterRoles.second(target.role()));
  }

  /** Those of them that it may not log in with. */
  Set<String> blockedRoles() {
    return roles().stream()
        .filter(role -> !logins.contains(role))
        .collect(Collectors.toUnmodifiableSet());
  }
}
