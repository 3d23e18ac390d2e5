package io.tenantry.tenant.lifecycle;

import java.util.Optional;
import java.util.UUID;

/** The next step of a deletion. */
sealed interface DeletionDecision {

  /**
   * Drop the tenant's data: the final backup is stored, or none was requested.
   *
   * @param backupId the final backup, if it is not recorded yet; recording it ensures that a long
   *     drop continues after the backup expires
   */
  record Drop(Optional<UUID> backupId) implements DeletionDecision {}

  /** Wait for the event of the final backup, or for the deadline. */
  record Wait() implements DeletionDecision {}

  /** Drop nothing and suspend the tenant: there is no final backup. */
  record Cancel(String failure) implements DeletionDecision {}

  /** Stop: another replica has taken over. */
  record LeaseLost() implements DeletionDecision {}
}
