package io.tenantry.operator.tenant;

import io.tenantry.operator.api.TenantApi.Location;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.runtime.Draft;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantStatus;
import io.tenantry.operator.v1alpha1.TenantStatus.Applied;
import io.tenantry.operator.v1alpha1.TenantStatus.Binding;
import io.tenantry.operator.v1alpha1.TenantStatus.IssuedApiKeys;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The status of a {@code Tenant} object while it is reconciled. */
final class TenantDraft extends Draft<TenantStatus> {

  static final String PROVISIONED = "Provisioned";
  static final String SECRET_READY = "SecretReady";
  static final String DELETING = "Deleting";
  static final String DRIFTED = "Drifted";

  TenantDraft(Tenant object, Clock clock) {
    super(object, clock);
  }

  /** The id of the tenant that the object owns. */
  Optional<UUID> tenantId() {
    return Optional.ofNullable(facts.tenantId()).flatMap(TenantDraft::uuid);
  }

  /** An id; empty if it is none, since others may have written the status. */
  static Optional<UUID> uuid(String id) {
    try {
      return Optional.of(UUID.fromString(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether the object was bound to its tenant before. */
  boolean isBound() {
    return facts.binding() != null;
  }

  Optional<Applied> applied() {
    return Optional.ofNullable(facts.applied());
  }

  Optional<IssuedApiKeys> apiKeys() {
    return Optional.ofNullable(facts.apiKeys());
  }

  @Nullable String rotatedFor() {
    return facts.rotatedFor();
  }

  /** Takes over what the registry says about the tenant. */
  void describe(TenantState tenant) {
    Optional<Location> location = Optional.ofNullable(tenant.database());
    facts =
        new TenantStatus(
            null,
            null,
            tenant.tenantId().toString(),
            location.map(Location::name).orElse(facts.database()),
            location.map(Location::schema).orElse(facts.schema()),
            tenant.blueprintVersion(),
            location.map(Location::cluster).orElse(facts.cluster()),
            tenant.region(),
            facts.binding(),
            facts.apiKeys(),
            facts.lastBackup(),
            facts.rotatedFor(),
            facts.applied());
  }

  void bind(String secretName) {
    change(new Binding(secretName), facts.apiKeys(), facts.rotatedFor(), facts.applied());
  }

  void issued(IssuedApiKeys keys) {
    change(facts.binding(), keys, facts.rotatedFor(), facts.applied());
  }

  void rotated(String request) {
    change(facts.binding(), facts.apiKeys(), request, facts.applied());
  }

  void apply(Applied applied) {
    change(facts.binding(), facts.apiKeys(), facts.rotatedFor(), applied);
  }

  void backedUp(@Nullable String at) {
    facts = facts.with(at);
  }

  private void change(
      @Nullable Binding binding,
      @Nullable IssuedApiKeys keys,
      @Nullable String rotatedFor,
      @Nullable Applied applied) {
    facts =
        new TenantStatus(
            null,
            null,
            facts.tenantId(),
            facts.database(),
            facts.schema(),
            facts.blueprintVersion(),
            facts.cluster(),
            facts.region(),
            binding,
            keys,
            facts.lastBackup(),
            rotatedFor,
            applied);
  }
}
