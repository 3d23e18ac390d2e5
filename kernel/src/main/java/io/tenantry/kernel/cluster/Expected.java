package io.tenantry.kernel.cluster;

import io.tenantry.kernel.cluster.Mark.Purpose;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a caller expects an object to be before it is dropped, renamed, handed over or measured.
 *
 * @param purposes the permitted purposes
 * @param tenant its tenant; empty for objects without one, such as a golden template
 * @param operation the operation that gave it its purpose; empty for any
 */
public record Expected(Set<Purpose> purposes, Optional<UUID> tenant, Optional<UUID> operation) {

  public Expected {
    purposes = Set.copyOf(purposes);
  }

  /** An object of a tenant with one of these purposes. */
  public static Expected of(UUID tenant, Purpose first, Purpose... others) {
    return new Expected(EnumSet.of(first, others), Optional.of(tenant), Optional.empty());
  }

  /** An object that an operation, such as a restore, created for this purpose. */
  public static Expected createdBy(UUID operation, Purpose purpose) {
    return new Expected(Set.of(purpose), Optional.empty(), Optional.of(operation));
  }

  /** An object without a tenant, such as a golden template. */
  public static Expected withoutTenant(Purpose purpose) {
    return new Expected(Set.of(purpose), Optional.empty(), Optional.empty());
  }

  /** Whether an object with this mark, of this installation, is what is expected. */
  public boolean permits(Mark mark, UUID installation) {
    return mark.installation().equals(installation)
        && purposes.contains(mark.purpose())
        && (tenant.isEmpty()
            ? operation.isPresent() || mark.tenant().isEmpty()
            : mark.tenant().equals(tenant))
        && (operation.isEmpty() || mark.operation().equals(operation));
  }
}
