package io.tenantry.operator.backup;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tenantry.operator.api.ApiException;
import io.tenantry.operator.api.BackupApi;
import io.tenantry.operator.api.BackupApi.BackupState;
import io.tenantry.operator.api.BackupApi.Status;
import io.tenantry.operator.api.TenantApi.Page;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.runtime.Blocked;
import io.tenantry.operator.tenant.OwnedTenants;
import io.tenantry.operator.v1alpha1.TenantBackup;
import io.tenantry.operator.v1alpha1.TenantRestore;
import io.tenantry.operator.v1alpha1.TenantRestoreSpec;
import io.tenantry.operator.v1alpha1.TenantRestoreSpec.Mode;
import io.tenantry.operator.v1alpha1.TenantRestoreStatus.Choice;
import jakarta.inject.Singleton;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * Decides which tenant's data a restore replaces, and with which backup. Both must belong to the
 * object's namespace: no restore reads another namespace's data.
 */
@Singleton
final class RestoreChoice {

  private static final int PAGE = 100;

  private final BackupApi api;
  private final OwnedTenants tenants;
  private final KubernetesClient client;

  RestoreChoice(@RestClient BackupApi api, OwnedTenants tenants, KubernetesClient client) {
    this.api = api;
    this.tenants = tenants;
    this.client = client;
  }

  /** A tenant, and the backup that replaces its data. */
  record Chosen(UUID tenant, UUID backup) {}

  /**
   * The tenant whose data an object replaces, if it is confirmed.
   *
   * @throws Blocked if it is not ready, does not belong to the namespace, or is not confirmed
   */
  TenantState target(TenantRestore object) {
    TenantRestoreSpec spec = object.getSpec();
    TenantState tenant =
        tenants.require(object.getMetadata().getNamespace(), spec.tenantRef().name());
    if (spec.confirm() == null
        ? spec.mode() == Mode.IN_PLACE
        : !spec.confirm().equals(tenant.name())) {
      throw Blocked.failed(
          "NotConfirmed",
          "confirm must be %s, the name in Tenantry of the tenant whose data is replaced."
              .formatted(tenant.name()));
    }
    return tenant;
  }

  /**
   * What an object restores.
   *
   * @throws Blocked if it may not be restored, or not yet
   */
  Chosen choose(TenantRestore object) {
    TenantState target = target(object);
    TenantRestoreSpec spec = object.getSpec();
    if (spec.confirm() == null && isUsed(target)) {
      throw notConfirmed(target);
    }
    BackupState backup = backup(object, target);
    checkOwner(object, target, backup);
    if (backup.status() != Status.COMPLETED) {
      throw Blocked.failed(
          "BackupNotUsable",
          "The backup %s is %s; only a completed one can be restored."
              .formatted(backup.id(), backup.status().reason()));
    }
    return new Chosen(target.tenantId(), backup.id());
  }

  /**
   * Checks a stored choice again: a status proves nothing.
   *
   * @return the choice
   * @throws Blocked if the object may not restore it
   */
  Chosen check(TenantRestore object, Choice stored) {
    TenantState target = target(object);
    if (!target.tenantId().toString().equals(stored.tenantId())) {
      throw Blocked.failed("TenantChanged", "The Tenant owns another tenant by now.");
    }
    TenantRestoreSpec spec = object.getSpec();
    BackupState backup =
        spec.backupRef() == null && spec.backupId() == null
            ? get(UUID.fromString(stored.backupId()))
            : backup(object, target);
    if (!backup.id().toString().equals(stored.backupId())) {
      throw Blocked.failed("ChoiceChanged", "The backup is another one than that of the status.");
    }
    checkOwner(object, target, backup);
    if (spec.confirm() == null && isUsed(target)) {
      throw notConfirmed(target);
    }
    return new Chosen(target.tenantId(), backup.id());
  }

  private static Blocked notConfirmed(TenantState target) {
    return Blocked.failed(
        "NotConfirmed",
        "The tenant %s has a backup or was restored before: set confirm to its name to replace its data."
            .formatted(target.name()));
  }

  /** Whether a tenant is more than a new one, to restore a clone into. */
  private boolean isUsed(TenantState target) {
    return !api.backups(target.tenantId(), "completed", 1).items().isEmpty()
        || !api.restores(target.tenantId(), Optional.empty(), 1).items().isEmpty();
  }

  private BackupState backup(TenantRestore object, TenantState target) {
    TenantRestoreSpec spec = object.getSpec();
    if (spec.backupRef() != null) {
      return get(referenced(object.getMetadata().getNamespace(), spec.backupRef().name()));
    }
    return spec.backupId() == null
        ? newestGood(target.tenantId())
        : get(UUID.fromString(spec.backupId()));
  }

  private UUID referenced(String namespace, String name) {
    TenantBackup object =
        client.resources(TenantBackup.class).inNamespace(namespace).withName(name).get();
    if (object == null) {
      throw Blocked.waiting(
          "BackupNotFound", "There is no TenantBackup " + name + " in the namespace.");
    }
    boolean finished = OneShot.isFinished(object);
    String id = object.currentStatus().backupId();
    if (!finished) {
      throw Blocked.waiting("BackupNotReady", "The TenantBackup " + name + " is in progress.");
    }
    if (id == null) {
      throw Blocked.failed("BackupFailed", "The TenantBackup " + name + " failed.");
    }
    return UUID.fromString(id);
  }

  private BackupState get(UUID id) {
    try {
      return api.backup(id);
    } catch (ApiException e) {
      if (e.status() == HttpURLConnection.HTTP_NOT_FOUND) {
        throw notOfNamespace(id);
      }
      throw e;
    }
  }

  private BackupState newestGood(UUID tenant) {
    Optional<String> after = Optional.empty();
    do {
      Page<BackupState> page = api.backups(tenant, after, PAGE);
      Optional<BackupState> good =
          page.items().stream()
              .filter(backup -> backup.status() == Status.COMPLETED)
              .filter(backup -> !Boolean.FALSE.equals(backup.isIntact()))
              .findFirst();
      if (good.isPresent()) {
        return good.orElseThrow();
      }
      after = Optional.ofNullable(page.next());
    } while (after.isPresent());
    throw Blocked.failed("BackupNotFound", "The tenant has no completed backup to restore.");
  }

  private void checkOwner(TenantRestore object, TenantState target, BackupState backup) {
    boolean own = backup.tenantId().equals(target.tenantId());
    if (object.getSpec().mode() == Mode.IN_PLACE && !own) {
      throw Blocked.failed(
          "BackupOfAnotherTenant",
          "The backup %s is not of the tenant %s.".formatted(backup.id(), target.name()));
    }
    if (object.getSpec().mode() == Mode.CLONE && own) {
      throw Blocked.failed(
          "BackupOfSameTenant",
          "The backup %s is of the tenant %s itself; use InPlace."
              .formatted(backup.id(), target.name()));
    }
    if (!own && !tenants.isOwnedIn(object.getMetadata().getNamespace(), backup.tenantId())) {
      throw notOfNamespace(backup.id());
    }
  }

  /**
   * The same for a backup that does not exist, so that the answer does not reveal which ones do.
   */
  private static Blocked notOfNamespace(UUID id) {
    return Blocked.failed(
        "BackupNotFound",
        "There is no backup %s of a tenant that a Tenant in this namespace owns.".formatted(id));
  }
}
