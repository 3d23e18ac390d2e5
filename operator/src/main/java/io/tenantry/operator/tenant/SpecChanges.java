package io.tenantry.operator.tenant;

import io.tenantry.operator.v1alpha1.TenantSpec;
import io.tenantry.operator.v1alpha1.TenantSpec.Limits;
import io.tenantry.operator.v1alpha1.TenantSpec.Service;
import io.tenantry.operator.v1alpha1.TenantStatus.Applied;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What changed in a spec since it was applied last. Only that is applied, so that a change by
 * somebody else, such as a suspension by the REST API, is not undone by an unrelated change.
 *
 * @param metadata fields to set; a field with the value null is removed
 * @param added services to register
 * @param removed services to deregister
 * @param limits quotas to set; empty if none changed
 * @param suspended whether to suspend (true) or resume (false); empty if that did not change
 */
record SpecChanges(
    Map<String, @Nullable Object> metadata,
    List<Service> added,
    List<Service> removed,
    Optional<Limits> limits,
    Optional<Boolean> suspended) {

  /** The changes from what was applied to a spec. */
  static SpecChanges between(Applied applied, TenantSpec spec) {
    return new SpecChanges(
        metadata(orEmpty(applied.metadata()), orEmpty(spec.metadata())),
        spec.services() == null ? List.of() : without(spec.services(), orEmpty(applied.services())),
        spec.services() == null ? List.of() : without(orEmpty(applied.services()), spec.services()),
        Optional.ofNullable(spec.limits())
            .filter(limits -> !limits.equals(applied.limits()))
            .filter(limits -> limits.apiKeys() != null || limits.services() != null),
        Optional.of(spec.isSuspended()).filter(suspended -> suspended != applied.suspended()));
  }

  /** Whether nothing changed. */
  boolean isEmpty() {
    return metadata.isEmpty()
        && added.isEmpty()
        && removed.isEmpty()
        && limits.isEmpty()
        && suspended.isEmpty();
  }

  private static Map<String, @Nullable Object> metadata(
      Map<String, Object> applied, Map<String, Object> wanted) {
    Map<String, @Nullable Object> changes = new HashMap<>();
    wanted.forEach(
        (field, value) -> {
          if (!Objects.equals(value, applied.get(field))) {
            changes.put(field, value);
          }
        });
    applied.keySet().stream()
        .filter(field -> !wanted.containsKey(field))
        .forEach(field -> changes.put(field, null));
    return changes;
  }

  private static List<Service> without(List<Service> all, List<Service> some) {
    TreeSet<Service> rest = new TreeSet<>(all);
    some.forEach(rest::remove);
    return List.copyOf(rest);
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return Optional.ofNullable(list).orElse(List.of());
  }

  private static Map<String, Object> orEmpty(@Nullable Map<String, Object> map) {
    return Optional.ofNullable(map).orElse(Map.of());
  }
}
