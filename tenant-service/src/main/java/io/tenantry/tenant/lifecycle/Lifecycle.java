package io.tenantry.tenant.lifecycle;

import io.tenantry.kernel.cluster.IdentityMismatch;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.provisioning.Leases;
import io.tenantry.tenant.provisioning.Removal;
import io.tenantry.tenant.provisioning.TenantDatabase;
import io.tenantry.tenant.registry.Tenant;
import io.tenantry.tenant.registry.Tenants;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Suspends, resumes and deletes tenants: in the control database first, then on the cluster. */
@Singleton
public final class Lifecycle {

  private static final Logger LOG = Logger.getLogger(Lifecycle.class);

  private final LifecycleStore store;
  private final Tenants tenants;
  private final Clusters clusters;
  private final Removal removal;
  private final Leases leases;
  private final LifecycleConfig config;
  private final RecoveryMode mode;

  Lifecycle(
      LifecycleStore store,
      Tenants tenants,
      Clusters clusters,
      Removal removal,
      Leases leases,
      LifecycleConfig config,
      RecoveryMode mode) {
    this.store = store;
    this.tenants = tenants;
    this.clusters = clusters;
    this.removal = removal;
    this.leases = leases;
    this.config = config;
    this.mode = mode;
  }

  /** How far the cluster has followed a change. */
  public enum Progress {
    DONE,
    /** It goes on by itself. */
    TO_BE_CONTINUED
  }

  /**
   * Blocks a tenant's logins and ends its sessions; repeating it is harmless.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, or {@code TENANT_BUSY}
   */
  Progress suspend(UUID tenantId) {
    return change(tenantId, "suspended", () -> store.suspend(tenantId));
  }

  /**
   * Lets a suspended tenant log in again; repeating it is harmless.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, or {@code TENANT_BUSY}
   */
  Progress resume(UUID tenantId) {
    return change(tenantId, "active", () -> store.resume(tenantId));
  }

  /**
   * Deletes a tenant, after a final backup if one is wanted; repeating it is harmless.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, {@code TENANT_BUSY}, or {@code
   *     RECOVERY_MODE}
   */
  public Progress delete(UUID tenantId, boolean finalBackup) {
    mode.requireNormal();
    if (tenants.withdraw(tenantId)) {
      return Progress.DONE;
    }
    return change(tenantId, "deleting", () -> store.delete(tenantId, finalBackup));
  }

  private Progress change(UUID tenantId, String wanted, Supplier<Optional<Change>> begin) {
    Optional<Change> begun = begin.get();
    if (begun.isPresent()) {
      return follow(begun.get());
    }
    Tenant tenant = tenants.find(tenantId).orElseThrow(() -> Tenants.notFound(tenantId));
    if (tenant.status().equals(wanted)) {
      return wanted.equals("deleting") ? Progress.TO_BE_CONTINUED : Progress.DONE;
    }
    if (tenant.status().equals("deleted")) {
      if (wanted.equals("deleting")) {
        return Progress.DONE;
      }
      throw Tenants.notFound(tenantId);
    }
    throw new TenantryException(
        ErrorCode.TENANT_BUSY,
        "The tenant is %s, or another change of it is in progress.".formatted(tenant.status()));
  }

  /** Makes the cluster follow a change whose lease this replica has. */
  Progress follow(Change change) {
    TenantDatabase target = change.target();
    try {
      return leases.whileHeld(target.tenantId(), () -> followNow(change));
    } catch (RuntimeException e) {
      LOG.warnf(e, "tenant=%s cluster cannot follow yet: %s", target.tenantId(), change.status());
      try {
        leases.postpone(target.tenantId(), config.retryDelay());
      } catch (RuntimeException again) {
        LOG.debugf(again, "tenant=%s keeps its lease until it runs out", target.tenantId());
      }
      return Progress.TO_BE_CONTINUED;
    }
  }

  private Progress followNow(Change change) {
    TenantDatabase target = change.target();
    Cluster cluster = clusters.named(target.cluster());
    cluster.requireUsable();
    switch (change.status()) {
      case "active" -> {
        cluster.permitLogins(target.tenantId(), change.logins());
        cluster.blockLogins(target.tenantId(), change.barred());
      }
      case "suspended" -> cluster.blockLogins(target.tenantId(), change.roles());
      case "deleting" -> {
        return goOnDeleting(cluster, change);
      }
      default -> throw new IllegalStateException(change.status());
    }
    store.end(target.tenantId());
    LOG.infof("tenant=%s is %s", target.tenantId(), change.status());
    return Progress.DONE;
  }

  private Progress goOnDeleting(Cluster cluster, Change change) {
    try {
      return blockAndDrop(cluster, change);
    } catch (IdentityMismatch e) {
      UUID tenant = change.target().tenantId();
      LOG.errorf("tenant=%s is not deleted but suspended: %s", tenant, e.getMessage());
      store.refuseDeletion(tenant, e.code().name());
      return Progress.TO_BE_CONTINUED;
    }
  }

  private Progress blockAndDrop(Cluster cluster, Change change) {
    TenantDatabase target = change.target();
    cluster.blockLogins(target.tenantId(), change.roles());
    Verdict verdict = store.judge(target.tenantId(), config.finalBackupDeadline());
    switch (verdict) {
      case DROP -> {
        removal.removeAll(target);
        cluster.recordDeletion(target.tenantId());
        store.endDeletion(target.tenantId());
        LOG.infof("tenant=%s is deleted database=%s", target.tenantId(), target.database());
        return Progress.DONE;
      }
      case WAIT -> LOG.infof("tenant=%s waits for its final backup", target.tenantId());
      case GIVEN_UP ->
          LOG.errorf(
              "tenant=%s has no final backup: its deletion is given up, it is suspended",
              target.tenantId());
      case LOST -> LOG.infof("tenant=%s is worked on by another replica", target.tenantId());
    }
    return Progress.TO_BE_CONTINUED;
  }
}
