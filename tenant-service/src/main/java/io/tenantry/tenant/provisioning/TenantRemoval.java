package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.Mark.Purpose;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Removes the data of tenants and rolls back provisionings. A failed rollback keeps the row and the
 * name, and is retried.
 */
@Singleton
public final class TenantRemoval {

  private static final Logger LOG = Logger.getLogger(TenantRemoval.class);

  private final RollbackStore store;
  private final Steps steps;
  private final Leases leases;
  private final ProvisioningConfig config;

  TenantRemoval(RollbackStore store, Steps steps, Leases leases, ProvisioningConfig config) {
    this.store = store;
    this.steps = steps;
    this.leases = leases;
    this.config = config;
  }

  /** The progress of a rollback. */
  enum Progress {
    /** The rollback is complete, and the name is released. */
    DONE,
    /** Something could not be removed; the rollback is retried until it completes. */
    PENDING,
    /** The tenant's status does not permit a rollback. */
    NOTHING_TO_DO
  }

  /**
   * Removes everything that provisioning created for a tenant, except its row; safe to repeat.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if the data is not this tenant's; nothing
   *     is removed then
   */
  public void removeAll(TenantDatabase target) {
    steps.undo(target, Expected.of(target.tenantId(), Purpose.TENANT));
  }

  /**
   * Rolls back a provisioning whose lease this replica holds or held. An activated tenant is kept,
   * because its creation may have been reported.
   *
   * @param revertMark reverts the mark as a tenant's, if the caller knows that the activation was
   *     not committed
   */
  Progress rollBack(
      TenantDatabase target,
      Runnable revertMark,
      Optional<StepStore.StepError> error,
      String code) {
    try {
      // Also if the row was deleted: only this replica knows what it created after another one's
      // rollback.
      switch (store.startRollback(target.tenantId(), error)) {
        case STARTED, ROW_GONE -> {}
        case TAKEN_OVER -> {
          LOG.infof(
              "rollback left to the replica that has taken it over tenant=%s", target.tenantId());
          return Progress.PENDING;
        }
        case ACTIVATED -> {
          return Progress.NOTHING_TO_DO;
        }
      }
    } catch (RuntimeException e) {
      return retryLater(target, e);
    }
    try {
      return leases.whileHeld(
          target.tenantId(),
          () -> {
            revertMark.run();
            // A claimed pool entry keeps its mark until the activation.
            steps.undo(target, Expected.of(target.tenantId(), Purpose.PROVISIONING, Purpose.POOL));
            store.completeRollback(target.tenantId(), code);
            LOG.infof(
                "provisioning rolled back tenant=%s database=%s",
                target.tenantId(), target.database());
            return Progress.DONE;
          });
    } catch (RuntimeException e) {
      return retryLater(target, e);
    }
  }

  private Progress retryLater(TenantDatabase target, RuntimeException cause) {
    LOG.warnf(
        cause, "rollback failed; retrying in %s tenant=%s", config.retryDelay(), target.tenantId());
    try {
      leases.postpone(target.tenantId(), config.retryDelay());
    } catch (RuntimeException e) {
      LOG.debugf(e, "lease not changed; retrying after it expires tenant=%s", target.tenantId());
    }
    return Progress.PENDING;
  }
}
