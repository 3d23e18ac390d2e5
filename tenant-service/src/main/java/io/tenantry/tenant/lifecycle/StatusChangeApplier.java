package io.tenantry.tenant.lifecycle;

import io.tenantry.kernel.cluster.IdentityMismatch;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.lifecycle.Lifecycle.Progress;
import io.tenantry.tenant.provisioning.Leases;
import io.tenantry.tenant.provisioning.TenantDatabase;
import io.tenantry.tenant.provisioning.TenantRemoval;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Applies status changes of tenants on their clusters, after they were committed. */
@Singleton
final class StatusChangeApplier {

  private static final Logger LOG = Logger.getLogger(StatusChangeApplier.class);

  private final LifecycleStore changes;
  private final DeletionStore deletions;
  private final Clusters clusters;
  private final TenantRemoval removal;
  private final Leases leases;
  private final LifecycleConfig config;

  StatusChangeApplier(
      LifecycleStore changes,
      DeletionStore deletions,
      Clusters clusters,
      TenantRemoval removal,
      Leases leases,
      LifecycleConfig config) {
    this.changes = changes;
    this.deletions = deletions;
    this.clusters = clusters;
    this.removal = removal;
    this.leases = leases;
    this.config = config;
  }

  /** Applies a change whose lease this replica holds. */
  Progress apply(StatusChange change) {
    TenantDatabase target = change.target();
    try {
      return leases.whileHeld(target.tenantId(), () -> applyNow(change));
    } catch (RuntimeException e) {
      LOG.warnf(
          e,
          "status change could not be applied; retrying in %s tenant=%s status=%s",
          config.retryDelay(),
          target.tenantId(),
          change.status());
      try {
        leases.postpone(target.tenantId(), config.retryDelay());
      } catch (RuntimeException again) {
        LOG.debugf(
            again, "lease not changed; retrying after it expires tenant=%s", target.tenantId());
      }
      return Progress.PENDING;
    }
  }

  private Progress applyNow(StatusChange change) {
    TenantDatabase target = change.target();
    Cluster cluster = clusters.named(target.cluster());
    cluster.requireUsable();
    switch (change.status()) {
      case ACTIVE -> {
        cluster.logins().permit(target.tenantId(), change.logins());
        cluster.logins().block(target.tenantId(), change.blockedRoles());
      }
      case SUSPENDED -> cluster.logins().block(target.tenantId(), change.roles());
      case DELETING -> {
        return continueDeletion(cluster, change);
      }
      case REGISTERED, PROVISIONING, ROLLING_BACK, DELETED ->
          throw new IllegalStateException(change.toString());
    }
    changes.complete(target.tenantId());
    LOG.infof("status change applied tenant=%s status=%s", target.tenantId(), change.status());
    return Progress.DONE;
  }

  private Progress continueDeletion(Cluster cluster, StatusChange change) {
    try {
      return blockAndDrop(cluster, change);
    } catch (IdentityMismatch e) {
      UUID tenant = change.target().tenantId();
      LOG.errorf(
          "deletion cancelled; the tenant is suspended tenant=%s: %s", tenant, e.getMessage());
      deletions.cancel(tenant, e.code().name());
      return Progress.PENDING;
    }
  }

  private Progress blockAndDrop(Cluster cluster, StatusChange change) {
    TenantDatabase target = change.target();
    cluster.logins().block(target.tenantId(), change.roles());
    DeletionDecision decision = deletions.decide(target.tenantId(), config.finalBackupDeadline());
    switch (decision) {
      case DeletionDecision.Drop drop -> {
        removal.removeAll(target);
        cluster.recordDeletion(target.tenantId());
        deletions.complete(target.tenantId());
        LOG.infof("tenant deleted tenant=%s database=%s", target.tenantId(), target.database());
        return Progress.DONE;
      }
      case DeletionDecision.Wait() ->
          LOG.infof("deletion is waiting for the final backup tenant=%s", target.tenantId());
      case DeletionDecision.Cancel cancelled ->
          LOG.errorf(
              "deletion cancelled: no final backup; the tenant is suspended tenant=%s reason=%s",
              target.tenantId(), cancelled.failure());
      case DeletionDecision.LeaseLost() ->
          LOG.infof("deletion was taken over by another replica tenant=%s", target.tenantId());
    }
    return Progress.PENDING;
  }
}
