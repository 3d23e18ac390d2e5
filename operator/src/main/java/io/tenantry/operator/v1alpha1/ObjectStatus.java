package io.tenantry.operator.v1alpha1;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the statuses of all objects have. */
public interface ObjectStatus<S extends ObjectStatus<S>> {

  /** The conditions; null if there are none yet. */
  @Nullable List<Condition> conditions();

  /** This status with other conditions. */
  S with(@Nullable List<Condition> newConditions, Long generation);

  /** The condition of a type. */
  default Optional<Condition> condition(String type) {
    return Optional.ofNullable(conditions()).stream()
        .flatMap(List::stream)
        .filter(condition -> condition.getType().equals(type))
        .findFirst();
  }
}
