package io.tenantry.tenant.lifecycle;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.provisioning.Registrations;
import io.tenantry.tenant.registry.Tenants;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Suspends, resumes and deletes tenants: in the control database first, then on the cluster. */
@Singleton
public final class Lifecycle {

  private final LifecycleStore changes;
  private final DeletionStore deletions;
  private final Registrations registrations;
  private final Tenants tenants;
  private final StatusChangeApplier applier;
  private final RecoveryMode mode;

  Lifecycle(
      LifecycleStore changes,
      DeletionStore deletions,
      Registrations registrations,
      Tenants tenants,
      StatusChangeApplier applier,
      RecoveryMode mode) {
    this.changes = changes;
    this.deletions = deletions;
    this.registrations = registrations;
    this.tenants = tenants;
    this.applier = applier;
    this.mode = mode;
  }

  /** How far the cluster has followed a change. */
  public enum Progress {
    DONE,
    /** It goes on by itself. */
    PENDING
  }

  /**
   * Blocks a tenant's logins and ends its sessions; repeating it is harmless.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, or {@code TENANT_BUSY}
   */
  Progress suspend(UUID tenantId) {
    return change(tenantId, TenantStatus.SUSPENDED, () -> changes.suspend(tenantId));
  }

  /**
   * Lets a suspended tenant log in again; repeating it is harmless.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, or {@code TENANT_BUSY}
   */
  Progress resume(UUID tenantId) {
    return change(tenantId, TenantStatus.ACTIVE, () -> changes.resume(tenantId));
  }

  /**
   * Deletes a tenant, after a final backup if one is wanted; repeating it is harmless.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, {@code TENANT_BUSY}, or {@code
   *     RECOVERY_MODE}
   */
  public Progress delete(UUID tenantId, boolean finalBackup) {
    mode.requireNormal();
    if (registrations.withdraw(tenantId)) {
      return Progress.DONE;
    }
    return change(tenantId, TenantStatus.DELETING, () -> deletions.delete(tenantId, finalBackup));
  }

  private Progress change(
      UUID tenantId, TenantStatus wanted, Supplier<Optional<StatusChange>> start) {
    Optional<StatusChange> started = start.get();
    if (started.isPresent()) {
      return applier.apply(started.get());
    }
    TenantStatus status =
        tenants.find(tenantId).orElseThrow(() -> Tenants.notFound(tenantId)).status();
    return repeated(tenantId, status, wanted);
  }

  /**
   * How a change ends that could not start: well, if it is what was done before.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, or {@code TENANT_BUSY}
   */
  static Progress repeated(UUID tenantId, TenantStatus status, TenantStatus wanted) {
    if (status == wanted) {
      return wanted == TenantStatus.DELETING ? Progress.PENDING : Progress.DONE;
    }
    if (status == TenantStatus.DELETED) {
      if (wanted == TenantStatus.DELETING) {
        return Progress.DONE;
      }
      throw Tenants.notFound(tenantId);
    }
    throw new TenantryException(
        ErrorCode.TENANT_BUSY,
        "The tenant is %s, or another change of it is in progress.".formatted(status));
  }
}
