package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.event.OutboxRelay;
import io.tenantry.tenant.provisioning.ProvisioningStore.RollbackStart;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Removes tenants: those whose provisioning failed, and those that are deleted. A removal that
 * fails keeps its row, and with it the name, and is gone on with after a while.
 */
@Singleton
public final class Removal {

  private static final Logger LOG = Logger.getLogger(Removal.class);

  private final ProvisioningStore store;
  private final Steps steps;
  private final Leases leases;
  private final ProvisioningConfig config;
  private final OutboxRelay relay;

  Removal(
      ProvisioningStore store,
      Steps steps,
      Leases leases,
      ProvisioningConfig config,
      OutboxRelay relay) {
    this.store = store;
    this.steps = steps;
    this.leases = leases;
    this.config = config;
    this.relay = relay;
  }

  /** How far a removal got. */
  public enum Progress {
    /** Nothing of the tenant is left, and its name is free. */
    DONE,
    /** Something could not be removed now; it is tried again until it is. */
    TO_BE_CONTINUED,
    /** The tenant is in no state to be removed from. */
    NOTHING_TO_DO
  }

  /** Deletes an active or suspended tenant with its database and role. */
  public Progress delete(UUID tenantId) {
    return store
        .beginDeletion(tenantId)
        .map(
            target -> {
              relay.wake();
              return finishDeletion(target);
            })
        .orElse(Progress.NOTHING_TO_DO);
  }

  /** Goes on with a deletion whose lease this replica has. */
  Progress finishDeletion(TenantDatabase target) {
    return remove(target, () -> store.endDeletion(target.tenantId()));
  }

  /** Undoes a provisioning whose lease this replica has, or had. */
  Progress rollBack(
      TenantDatabase target, Optional<ProvisioningStore.StepError> error, String code) {
    try {
      // Also where the row is gone: what this replica made after another's undo, only it knows.
      if (store.beginRollback(target.tenantId(), error) == RollbackStart.ACTIVATED) {
        return Progress.NOTHING_TO_DO;
      }
    } catch (RuntimeException e) {
      return toBeContinued(target, e);
    }
    return remove(target, () -> store.endRollback(target.tenantId(), code));
  }

  private Progress remove(TenantDatabase target, Runnable end) {
    try {
      return leases.whileHeld(
          target.tenantId(),
          () -> {
            steps.undo(target);
            end.run();
            relay.wake();
            LOG.infof("tenant=%s removed database=%s", target.tenantId(), target.database());
            return Progress.DONE;
          });
    } catch (RuntimeException e) {
      return toBeContinued(target, e);
    }
  }

  private Progress toBeContinued(TenantDatabase target, RuntimeException cause) {
    LOG.warnf(cause, "tenant=%s could not be removed yet", target.tenantId());
    try {
      store.postpone(target.tenantId(), config.retryDelay().toMillis() / 1000.0);
    } catch (RuntimeException e) {
      LOG.debugf(e, "tenant=%s keeps its lease until it runs out", target.tenantId());
    }
    return Progress.TO_BE_CONTINUED;
  }
}
