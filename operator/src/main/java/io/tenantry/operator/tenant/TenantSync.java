package io.tenantry.operator.tenant;

import io.tenantry.operator.api.BackupApi;
import io.tenantry.operator.api.BackupApi.BackupState;
import io.tenantry.operator.api.TenantApi;
import io.tenantry.operator.api.TenantApi.Connection;
import io.tenantry.operator.api.TenantApi.Empty;
import io.tenantry.operator.api.TenantApi.Location;
import io.tenantry.operator.api.TenantApi.Quotas;
import io.tenantry.operator.api.TenantApi.Status;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.runtime.Conditions;
import io.tenantry.operator.tenant.OwnedTenant.Obtained;
import io.tenantry.operator.tenant.OwnedTenant.Plan;
import io.tenantry.operator.tenant.Secrets.Content;
import io.tenantry.operator.tenant.Secrets.Stored;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantSpec;
import io.tenantry.operator.v1alpha1.TenantStatus.Applied;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Brings an object's tenant and Secrets to what its spec requests. Every step is repeatable. */
@Singleton
final class TenantSync {

  static final String PROVISIONING = "The tenant is being provisioned.";

  private final TenantApi api;
  private final BackupApi backups;
  private final OwnedTenant owned;
  private final Registry registry;
  private final Secrets secrets;
  private final ApiKeySecrets apiKeys;
  private final SpecApplication changes;
  private final NewBackups newBackups;

  TenantSync(
      @RestClient TenantApi api,
      @RestClient BackupApi backups,
      OwnedTenant owned,
      Registry registry,
      Secrets secrets,
      ApiKeySecrets apiKeys,
      SpecApplication changes,
      NewBackups newBackups) {
    this.api = api;
    this.backups = backups;
    this.owned = owned;
    this.registry = registry;
    this.secrets = secrets;
    this.apiKeys = apiKeys;
    this.changes = changes;
    this.newBackups = newBackups;
  }

  /** Adds and removes the finalizer of an object. */
  interface Finalizer {

    void add();

    void remove();
  }

  /**
   * Reconciles an object that is not being deleted.
   *
   * @return whether it is done; otherwise it waits for the tenant and must be continued soon
   * @throws Refused if a person must act
   */
  boolean reconcile(Tenant object, TenantDraft draft, Finalizer finalizer) {
    TenantState tenant =
        draft.tenantId().isPresent()
            ? current(object, draft, draft.tenantId().orElseThrow())
            : obtain(object, draft, finalizer);
    requireOwner(object, tenant);
    draft.describe(tenant);
    if (!object.hasFinalizer(Tenant.FINALIZER) && draft.isBound()) {
      // Somebody removed it.
      finalizer.add();
    }
    switch (tenant.status()) {
      case REGISTERED, PROVISIONING, ROLLING_BACK -> {
        draft.conditions().isFalse(TenantDraft.PROVISIONED, "Provisioning", PROVISIONING);
        draft.conditions().progressing("Provisioning", PROVISIONING);
        return false;
      }
      case DELETING, DELETED -> {
        draft
            .conditions()
            .isFalse(TenantDraft.PROVISIONED, "TenantDeleted", "The tenant is " + tenant.status());
        throw new Refused(
            "TenantDeleted",
            "The tenant %s is being deleted by another client. Nothing is created again."
                .formatted(tenant.tenantId()));
      }
      case ACTIVE, SUSPENDED ->
          draft
              .conditions()
              .isTrue(TenantDraft.PROVISIONED, "Provisioned", "The tenant is provisioned.");
    }
    // The Secret comes first: an application needs it even if a change is refused.
    TenantState latest = rotateIfRequested(object, draft, tenant);
    bind(object, draft, latest);
    apiKeys.settle(object, draft, latest);
    reportBackup(draft, latest);
    reportDrift(object, draft, changes.apply(object, draft, latest));
    return true;
  }

  /** Whether no tenant in the registry belongs to an object. */
  boolean ownsNothing(Tenant object) {
    return owned.findOwn(object).isEmpty();
  }

  private static void requireOwner(Tenant object, TenantState tenant) {
    if (!OwnedTenant.isOwner(object, tenant)) {
      throw OwnedTenant.conflict(tenant, "It was released or adopted by another object.");
    }
  }

  /**
   * The object's tenant: from the list if there is nothing to do for it, else from the registry,
   * since a list may be too old to decide who owns it.
   */
  private TenantState current(Tenant object, TenantDraft draft, UUID id) {
    return registry
        .listed(id)
        .filter(tenant -> OwnedTenant.isOwner(object, tenant) && isSettled(object, draft, tenant))
        .or(() -> owned.find(id))
        .orElseThrow(
            () -> {
              String message =
                  "The tenant %s was deleted by another client. Nothing is created again."
                      .formatted(id);
              draft.conditions().isFalse(TenantDraft.PROVISIONED, "TenantDeleted", message);
              return new Refused("TenantDeleted", message);
            });
  }

  private boolean isSettled(Tenant object, TenantDraft draft, TenantState tenant) {
    return object.getMetadata().getGeneration().equals(object.currentStatus().observedGeneration())
        && object.hasFinalizer(Tenant.FINALIZER)
        && rotationRequest(object, draft).isEmpty()
        && draft
            .applied()
            .filter(applied -> SpecChanges.between(applied, object.getSpec()).isEmpty())
            .isPresent()
        && isCurrent(secrets.read(object, object.secretName(), BindingSecret.ENTRIES), tenant)
        && apiKeys.areStored(object, draft);
  }

  /**
   * Creates or adopts the tenant. The finalizer is there before the request is sent, so that the
   * object cannot disappear between the two, and only after no other owner was found.
   */
  private TenantState obtain(Tenant object, TenantDraft draft, Finalizer finalizer) {
    Plan plan = owned.plan(object);
    // Refused before anything is created, if a Secret belongs to something else.
    secrets.read(object, object.secretName(), BindingSecret.ENTRIES);
    apiKeys.check(object);
    finalizer.add();
    Obtained obtained = owned.obtain(object, plan);
    TenantState tenant = obtained.tenant();
    draft.describe(tenant);
    TenantSpec spec = object.getSpec();
    draft.apply(
        switch (plan) {
          case Plan.Create _ -> new Applied(spec.metadata(), spec.services(), null, false);
          // Differences of an adopted tenant are shown, not changed.
          case Plan.Adopt _ -> Applied.of(spec);
          case Plan.Keep keep -> SpecApplication.stateOf(spec, keep.tenant());
        });
    if (!obtained.keys().isEmpty()) {
      apiKeys.store(object, draft, obtained.keys());
    }
    registry.changed(tenant.tenantId());
    return tenant;
  }

  private static Optional<String> rotationRequest(Tenant object, TenantDraft draft) {
    return Optional.ofNullable(object.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Tenant.ROTATE_CREDENTIALS))
        .filter(request -> !request.equals(draft.rotatedFor()));
  }

  private TenantState rotateIfRequested(Tenant object, TenantDraft draft, TenantState tenant) {
    Optional<String> request = rotationRequest(object, draft);
    if (request.isEmpty()) {
      return tenant;
    }
    // The same after a crash, and another one for each request, also for a value used before.
    String attempt = draft.rotatedFor() + " " + request.orElseThrow() + " " + version(tenant);
    api.rotate(
        tenant.tenantId(),
        object.getMetadata().getUid()
            + "/rotate/"
            + UUID.nameUUIDFromBytes(attempt.getBytes(StandardCharsets.UTF_8)),
        new Empty());
    draft.rotated(request.orElseThrow());
    registry.changed(tenant.tenantId());
    TenantState rotated = api.get(tenant.tenantId());
    requireOwner(object, rotated);
    return rotated;
  }

  /** Writes the Secret with the connection if it is missing or older than the credentials. */
  private void bind(Tenant object, TenantDraft draft, TenantState tenant) {
    String name = object.secretName();
    Optional<Stored> stored = secrets.read(object, name, BindingSecret.ENTRIES);
    if (!isCurrent(stored, tenant)) {
      // The version is older than the connection: if that changed in between, the next comparison
      // finds a difference.
      Connection connection = api.connection(tenant.tenantId());
      secrets.write(
          object,
          name,
          new Content(BindingSecret.TYPE, version(tenant), BindingSecret.of(connection)),
          stored);
    }
    draft.bind(name);
    draft
        .conditions()
        .isTrue(TenantDraft.SECRET_READY, "SecretWritten", "The Secret has the connection.");
  }

  private static boolean isCurrent(Optional<Stored> stored, TenantState tenant) {
    return stored
        .filter(Stored::complete)
        .flatMap(Stored::version)
        .equals(Optional.of(version(tenant)));
  }

  private static String version(TenantState tenant) {
    return Optional.ofNullable(tenant.database())
        .map(Location::credentialsVersion)
        .orElse("unknown");
  }

  private void reportBackup(TenantDraft draft, TenantState tenant) {
    if (newBackups.remove(tenant.tenantId())) {
      draft.backedUp(
          backups.backups(tenant.tenantId(), "completed", 1).items().stream()
              .findFirst()
              .map(BackupState::completedAt)
              .orElse(null));
    }
  }

  private void reportDrift(Tenant object, TenantDraft draft, TenantState tenant) {
    Optional<Quotas> quotas =
        Optional.ofNullable(object.getSpec().limits()).map(limits -> api.quotas(tenant.tenantId()));
    List<String> differences = Drift.between(object, tenant, quotas);
    Conditions conditions = draft.conditions();
    if (differences.isEmpty()) {
      conditions.remove(TenantDraft.DRIFTED);
    } else {
      conditions.isTrue(
          TenantDraft.DRIFTED,
          "ChangedOutside",
          String.join("; ", differences) + ". It is not changed back.");
    }
    if (tenant.status() == Status.SUSPENDED) {
      conditions.isFalse(Conditions.READY, "Suspended", "The tenant is suspended.");
      conditions.remove(Conditions.RECONCILING);
      conditions.remove(Conditions.STALLED);
    } else {
      conditions.ready("Ready", "The tenant can be used.");
    }
  }
}
