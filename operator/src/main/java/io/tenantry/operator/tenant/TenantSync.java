package io.tenantry.operator.tenant;

import io.tenantry.operator.api.BackupApi;
import io.tenantry.operator.api.BackupApi.BackupState;
import io.tenantry.operator.api.TenantApi;
import io.tenantry.operator.api.TenantApi.Connection;
import io.tenantry.operator.api.TenantApi.Empty;
import io.tenantry.operator.api.TenantApi.IssuedKey;
import io.tenantry.operator.api.TenantApi.Location;
import io.tenantry.operator.api.TenantApi.NewKey;
import io.tenantry.operator.api.TenantApi.NewQuotas;
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
import io.tenantry.operator.v1alpha1.TenantStatus.IssuedApiKeys;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Brings an object's tenant and Secrets to what its spec requests. Every step is repeatable. */
@Singleton
final class TenantSync {

  static final String PROVISIONING = "The tenant is being provisioned.";

  private static final String OPAQUE = "Opaque";

  private final TenantApi api;
  private final BackupApi backups;
  private final OwnedTenant owned;
  private final Registry registry;
  private final Secrets secrets;
  private final NewBackups newBackups;

  TenantSync(
      @RestClient TenantApi api,
      @RestClient BackupApi backups,
      OwnedTenant owned,
      Registry registry,
      Secrets secrets,
      NewBackups newBackups) {
    this.api = api;
    this.backups = backups;
    this.owned = owned;
    this.registry = registry;
    this.secrets = secrets;
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
    if (!OwnedTenant.isOwner(object, tenant)) {
      throw OwnedTenant.conflict(tenant, "It was released or adopted by another object.");
    }
    draft.describe(tenant);
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
    TenantState changed = applyChanges(object, draft, tenant);
    changed = rotateIfRequested(object, draft, changed);
    bind(object, draft, changed);
    issueMissingKeys(object, draft, changed);
    reportBackup(draft, changed);
    reportDrift(object, draft, changed);
    return true;
  }

  private TenantState current(Tenant object, TenantDraft draft, UUID id) {
    boolean unchanged =
        object
            .getMetadata()
            .getGeneration()
            .equals(object.currentStatus().observedGeneration());
    return (unchanged ? registry.listed(id) : Optional.<TenantState>empty())
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

  /**
   * Creates or adopts the tenant. The finalizer is there before the request is sent, so that the
   * object cannot disappear between the two, and only after no other owner was found.
   */
  private TenantState obtain(Tenant object, TenantDraft draft, Finalizer finalizer) {
    Plan plan = owned.plan(object);
    // Refused before anything is created, if a Secret belongs to something else.
    secrets.read(object, object.secretName(), BindingSecret.ENTRIES);
    Optional<Stored> storedKeys =
        Optional.ofNullable(object.getSpec().apiKeys())
            .flatMap(keys -> secrets.read(object, keysSecret(object, keys), Set.of()));
    finalizer.add();
    Obtained obtained = owned.obtain(object, plan);
    TenantState tenant = obtained.tenant();
    draft.describe(tenant);
    TenantSpec spec = object.getSpec();
    draft.apply(
        plan instanceof Plan.Adopt
            ? Applied.of(spec)
            : new Applied(spec.metadata(), spec.services(), null, false));
    if (!obtained.keys().isEmpty()) {
      storeKeys(object, draft, obtained.keys(), storedKeys);
    }
    registry.changed(tenant.tenantId());
    return tenant;
  }

  private TenantState applyChanges(Tenant object, TenantDraft draft, TenantState tenant) {
    SpecChanges changes =
        SpecChanges.between(
            draft.applied().orElseGet(() -> Applied.of(object.getSpec())), object.getSpec());
    UUID id = tenant.tenantId();
    Optional<TenantState> latest = Optional.empty();
    if (!changes.metadata().isEmpty()) {
      latest = Optional.of(api.update(id, Map.of("metadata", changes.metadata())));
    }
    changes
        .limits()
        .ifPresent(limits -> api.setQuotas(id, new NewQuotas(limits.apiKeys(), limits.services())));
    changes.added().forEach(service -> api.addService(id, service.toString()));
    changes.removed().forEach(service -> api.removeService(id, service.toString()));
    if (changes.suspended().isPresent()) {
      latest =
          Optional.of(
              changes.suspended().orElseThrow() ? api.suspend(id) : api.resume(id));
    }
    if (!changes.added().isEmpty() || !changes.removed().isEmpty()) {
      latest = Optional.of(api.get(id));
    }
    if (!changes.isEmpty()) {
      registry.changed(id);
    }
    draft.apply(Applied.of(object.getSpec()));
    return latest.orElse(tenant);
  }

  private TenantState rotateIfRequested(Tenant object, TenantDraft draft, TenantState tenant) {
    String request =
        Optional.ofNullable(object.getMetadata().getAnnotations())
            .map(annotations -> annotations.get(Tenant.ROTATE_CREDENTIALS))
            .orElse(null);
    if (request == null || request.equals(draft.rotatedFor())) {
      return tenant;
    }
    api.rotate(
        tenant.tenantId(),
        "%s/rotate/%08x".formatted(object.getMetadata().getUid(), request.hashCode()),
        new Empty());
    draft.rotated(request);
    registry.changed(tenant.tenantId());
    return api.get(tenant.tenantId());
  }

  /** Writes the Secret with the connection if it is missing or older than the credentials. */
  private void bind(Tenant object, TenantDraft draft, TenantState tenant) {
    String name = object.secretName();
    Optional<Stored> stored = secrets.read(object, name, BindingSecret.ENTRIES);
    // Read before the connection: if it changes in between, the next comparison finds a difference.
    String version =
        Optional.ofNullable(tenant.database()).map(Location::credentialsVersion).orElse("unknown");
    boolean current =
        stored.filter(Stored::complete).flatMap(Stored::version).equals(Optional.of(version));
    if (!current) {
      Connection connection = api.connection(tenant.tenantId());
      secrets.write(
          object,
          name,
          new Content(BindingSecret.TYPE, version, BindingSecret.of(connection)),
          stored);
    }
    draft.bind(name);
    draft
        .conditions()
        .isTrue(TenantDraft.SECRET_READY, "SecretWritten", "The Secret has the connection.");
  }

  /** Issues API keys if some are requested and their Secret does not exist (any more). */
  private void issueMissingKeys(Tenant object, TenantDraft draft, TenantState tenant) {
    TenantSpec.ApiKeys wanted = object.getSpec().apiKeys();
    if (wanted == null || secrets.read(object, keysSecret(object, wanted), Set.of()).isPresent()) {
      return;
    }
    List<String> lost = draft.apiKeys().map(IssuedApiKeys::ids).orElse(List.of());
    List<IssuedKey> issued = new ArrayList<>();
    for (int i = 1; i <= wanted.count(); i++) {
      issued.add(
          api.issueKey(
              tenant.tenantId(),
              "%s/api-key/%d/%08x".formatted(object.getMetadata().getUid(), i, lost.hashCode()),
              new NewKey(
                  object.getMetadata().getNamespace()
                      + "/"
                      + object.getMetadata().getName()
                      + "/"
                      + i,
                  wanted.prefix(),
                  wanted.scopes())));
    }
    storeKeys(object, draft, issued, Optional.empty());
    lost.forEach(id -> api.revokeKey(tenant.tenantId(), UUID.fromString(id)));
  }

  private void storeKeys(
      Tenant object, TenantDraft draft, List<IssuedKey> keys, Optional<Stored> stored) {
    TenantSpec.ApiKeys wanted = object.getSpec().apiKeys();
    String name =
        Optional.ofNullable(wanted)
            .map(request -> keysSecret(object, request))
            .orElseGet(() -> object.getMetadata().getName() + "-api-keys");
    Map<String, String> entries = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      entries.put("key-" + (i + 1), keys.get(i).key());
    }
    secrets.write(
        object, name, new Content(OPAQUE, keys.getFirst().keyId().toString(), entries), stored);
    draft.issued(
        new IssuedApiKeys(name, keys.stream().map(key -> key.keyId().toString()).toList()));
  }

  private static String keysSecret(Tenant object, TenantSpec.ApiKeys wanted) {
    return Optional.ofNullable(wanted.secretName())
        .orElseGet(() -> object.getMetadata().getName() + "-api-keys");
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
        Optional.ofNullable(object.getSpec().limits())
            .map(limits -> api.quotas(tenant.tenantId()));
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
