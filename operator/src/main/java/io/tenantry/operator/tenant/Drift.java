package io.tenantry.operator.tenant;

import io.tenantry.operator.api.TenantApi.Quotas;
import io.tenantry.operator.api.TenantApi.Status;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what differs between a spec that was applied and its tenant. */
final class Drift {

  private Drift() {}

  /**
   * The differences, each in words; empty if there are none.
   *
   * @param quotas the tenant's quotas; empty if the spec has none
   */
  static List<String> between(Tenant object, TenantState tenant, Optional<Quotas> quotas) {
    TenantSpec spec = object.getSpec();
    List<String> differences = new ArrayList<>();
    if (!object.tenantName().equals(tenant.name())) {
      differences.add("the tenant's name is " + tenant.name());
    }
    if (spec.isSuspended() != (tenant.status() == Status.SUSPENDED)) {
      differences.add("the tenant is " + (spec.isSuspended() ? "not suspended" : "suspended"));
    }
    Optional.ofNullable(spec.services())
        .map(services -> services.stream().map(Object::toString).collect(Collectors.toSet()))
        .filter(services -> !services.equals(Set.copyOf(tenant.services())))
        .ifPresent(services -> differences.add("the tenant's services are " + tenant.services()));
    Map<String, Object> stored = Optional.ofNullable(tenant.metadata()).orElse(Map.of());
    Optional.ofNullable(spec.metadata()).orElse(Map.of()).entrySet().stream()
        .filter(field -> !Objects.equals(field.getValue(), stored.get(field.getKey())))
        .map(field -> "metadata." + field.getKey() + " differs")
        .sorted()
        .forEach(differences::add);
    Optional.ofNullable(spec.limits())
        .ifPresent(
            limits -> {
              limit(differences, quotas, "api_keys", limits.apiKeys());
              limit(differences, quotas, "services", limits.services());
            });
    return differences;
  }

  private static void limit(
      List<String> differences,
      Optional<Quotas> quotas,
      String resource,
      @Nullable Integer wanted) {
    quotas.stream()
        .flatMap(all -> all.items().stream())
        .filter(quota -> quota.resource().equals(resource))
        .filter(quota -> wanted != null && !wanted.equals(quota.quota()))
        .forEach(quota -> differences.add("the quota of " + resource + " is " + quota.quota()));
  }
}
