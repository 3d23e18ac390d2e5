package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.tenant.provisioning.RollbackStore.RollbackStart;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Removes tenants. A provisioning whose undo fails keeps its row, and with it the name, and is gone
 * on with after a while.
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

  /** How far an undo got. */
  enum Progress {
    /** Nothing of the tenant is left, and its name is free. */
    DONE,
    /** Something could not be removed now; it is tried again until it is. */
    PENDING,
    /** The tenant is in no state to be removed from. */
    NOTHING_TO_DO
  }

  /**
   * Removes all that provisioning made of a tenant but its row; safe to repeat.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if the data is not this tenant's; it stays
   */
  public void removeAll(TenantDatabase target) {
    steps.undo(target, Purpose.TENANT);
  }

  /**
   * Undoes a provisioning whose lease this replica has, or had. What was handed over to the tenant
   * stays: somebody may have been told of it.
   *
   * @param revertMark takes a hand-over back of which the caller knows that nobody was told of it
   */
  Progress rollBack(
      TenantDatabase target,
      Runnable revertMark,
      Optional<StepStore.StepError> error,
      String code) {
    try {
      // Also where the row is gone: what this replica made after another's undo, only it knows.
      if (store.startRollback(target.tenantId(), error) == RollbackStart.ACTIVATED) {
        return Progress.NOTHING_TO_DO;
      }
    } catch (RuntimeException e) {
      return retryLater(target, e);
    }
    try {
      return leases.whileHeld(
          target.tenantId(),
          () -> {
            revertMark.run();
            steps.undo(target, Purpose.PROVISIONING);
            store.completeRollback(target.tenantId(), code);
            LOG.infof("tenant=%s removed database=%s", target.tenantId(), target.database());
            return Progress.DONE;
          });
    } catch (RuntimeException e) {
      return retryLater(target, e);
    }
  }

  private Progress retryLater(TenantDatabase target, RuntimeException cause) {
    LOG.warnf(cause, "tenant=%s could not be removed yet", target.tenantId());
    try {
      leases.postpone(target.tenantId(), config.retryDelay());
    } catch (RuntimeException e) {
      LOG.debugf(e, "tenant=%s keeps its lease until it runs out", target.tenantId());
    }
    return Progress.PENDING;
  }
}
