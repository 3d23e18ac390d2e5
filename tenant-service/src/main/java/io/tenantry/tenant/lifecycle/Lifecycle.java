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

/** Suspends, resumes and deletes tenants, first in the control database, then on the cluster. */
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

  /** Whether a change was already applied on the cluster. */
  public enum Progress {
    DONE,
    /** The change is applied in the background. */
    PENDING
  }

  /**
   * Blocks a tenant's logins and terminates its sessions; safe to repeat.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, or {@code TENANT_BUSY}
   */
  Progress suspend(UUID tenantId) {
    return change(tenantId, TenantStatus.SUSPENDED, () -> changes.suspend(tenantId));
  }

  /**
   * Permits the logins of a suspended tenant again; safe to repeat.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}, or {@code TENANT_BUSY}
   */
  Progress resume(UUID tenantId) {
    return change(tenantId, TenantStatus.ACTIVE, () -> changes.resume(tenantId));
  }

  /**
   * Deletes a tenant, after a final backup if requested; safe to repeat.
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
   * The result of a change that could not start; a repeated change succeeds.
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
        "The tenant is %s, or another change of it is in progress; try again.".formatted(status));
  }
}
