package io.tenantry.operator.tenant;

import io.tenantry.operator.api.TenantApi;
import io.tenantry.operator.api.TenantApi.NewQuotas;
import io.tenantry.operator.api.TenantApi.Status;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantSpec;
import io.tenantry.operator.v1alpha1.TenantSpec.Limits;
import io.tenantry.operator.v1alpha1.TenantSpec.Service;
import io.tenantry.operator.v1alpha1.TenantStatus.Applied;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * Applies what changed in a spec. What was applied is noted after each step, so that a step that is
 * refused does not repeat those before it.
 */
@Singleton
final class SpecApplication {

  private final TenantApi api;
  private final Registry registry;

  SpecApplication(@RestClient TenantApi api, Registry registry) {
    this.api = api;
    this.registry = registry;
  }

  /** Applies the changes; returns the tenant afterwards. */
  TenantState apply(Tenant object, TenantDraft draft, TenantState tenant) {
    TenantSpec spec = object.getSpec();
    Applied applied = draft.applied().orElseGet(() -> Applied.of(spec));
    SpecChanges changes = SpecChanges.between(applied, spec);
    if (changes.isEmpty()) {
      draft.apply(Applied.of(spec));
      return tenant;
    }
    UUID id = tenant.tenantId();
    registry.changed(id);
    if (!changes.metadata().isEmpty()) {
      api.update(id, Map.of("metadata", changes.metadata()));
      applied =
          new Applied(spec.metadata(), applied.services(), applied.limits(), applied.suspended());
      draft.apply(applied);
    }
    if (changes.limits().isPresent()) {
      Limits limits = changes.limits().orElseThrow();
      api.setQuotas(id, new NewQuotas(limits.apiKeys(), limits.services()));
      applied =
          new Applied(applied.metadata(), applied.services(), spec.limits(), applied.suspended());
      draft.apply(applied);
    }
    if (changes.suspended().isPresent()) {
      if (spec.isSuspended()) {
        api.suspend(id);
      } else {
        api.resume(id);
      }
      applied =
          new Applied(applied.metadata(), applied.services(), applied.limits(), spec.isSuspended());
      draft.apply(applied);
    }
    changes.added().forEach(service -> api.addService(id, service.toString()));
    changes.removed().forEach(service -> api.removeService(id, service.toString()));
    draft.apply(Applied.of(spec));
    return api.get(id);
  }

  /**
   * What a tenant has of a spec, when it is unknown what was applied. What differs is applied then.
   */
  static Applied stateOf(TenantSpec spec, TenantState tenant) {
    Map<String, Object> stored = Optional.ofNullable(tenant.metadata()).orElseGet(Map::of);
    return new Applied(
        Optional.ofNullable(spec.metadata())
            .map(
                wanted ->
                    stored.entrySet().stream()
                        .filter(field -> wanted.containsKey(field.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
            .orElse(null),
        Optional.ofNullable(spec.services())
            .map(
                _ ->
                    Arrays.stream(Service.values())
                        .filter(service -> tenant.services().contains(service.toString()))
                        .toList())
            .orElse(null),
        null,
        // A tenant that somebody suspended is not resumed.
        tenant.status() == Status.SUSPENDED && spec.isSuspended());
  }
}
