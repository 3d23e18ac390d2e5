package io.tenantry.tenant.lifecycle;

import java.util.Optional;
import java.util.UUID;

/** What a deletion may do next. */
sealed interface DeletionDecision {

  /**
   * Drop the tenant's data: the final backup is stored, or none is wanted.
   *
   * @param backupId the final backup, if it is not noted yet: so that a drop which takes long is
   *     not stopped halfway by the backup's expiry
   */
  record Drop(Optional<UUID> backupId) implements DeletionDecision {}

  /** Do nothing until the final backup's event comes, or its deadline. */
  record Wait() implements DeletionDecision {}

  /** Drop nothing: there is no final backup, and the tenant is suspended instead. */
  record Cancel(String failure) implements DeletionDecision {}

  /** Do nothing: another replica has taken over. */
  record LeaseLost() implements DeletionDecision {}
}
