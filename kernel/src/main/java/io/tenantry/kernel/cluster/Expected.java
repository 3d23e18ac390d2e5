package io.tenantry.kernel.cluster;

import io.tenantry.kernel.cluster.Mark.Purpose;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a caller expects a thing to be before it is dropped, renamed or handed out.
 *
 * @param purposes any of these
 * @param tenant whose it is; empty for what has no tenant, such as a golden template
 * @param operation by which operation it has its purpose; empty if that does not matter
 */
public record Expected(Set<Purpose> purposes, Optional<UUID> tenant, Optional<UUID> operation) {

  public Expected {
    purposes = Set.copyOf(purposes);
  }

  /** Something of a tenant, for one of these purposes. */
  public static Expected of(UUID tenant, Purpose first, Purpose... others) {
    return new Expected(EnumSet.of(first, others), Optional.of(tenant), Optional.empty());
  }

  /** What an operation, such as a restore, made for this purpose. */
  public static Expected madeBy(UUID operation, Purpose purpose) {
    return new Expected(Set.of(purpose), Optional.empty(), Optional.of(operation));
  }

  /** Something that is no tenant's, such as a golden template. */
  public static Expected noTenants(Purpose purpose) {
    return new Expected(Set.of(purpose), Optional.empty(), Optional.empty());
  }

  /** Whether a thing with this mark is what is expected. */
  boolean permits(Mark mark, UUID installation) {
    return mark.installation().equals(installation)
        && purposes.contains(mark.purpose())
        && (tenant.isEmpty()
            ? operation.isPresent() || mark.tenant().isEmpty()
            : mark.tenant().equals(tenant))
        && (operation.isEmpty() || mark.operation().equals(operation));
  }
}
