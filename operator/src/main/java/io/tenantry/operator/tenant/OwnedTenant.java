package io.tenantry.operator.tenant;

import io.tenantry.operator.api.ApiException;
import io.tenantry.operator.api.TenantApi;
import io.tenantry.operator.api.TenantApi.IssuedKey;
import io.tenantry.operator.api.TenantApi.NewKeys;
import io.tenantry.operator.api.TenantApi.NewTenant;
import io.tenantry.operator.api.TenantApi.Status;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantSpec;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * Finds, creates, adopts and releases the tenant of an object. A tenant belongs to the object whose
 * uid is its external id, and to no other: names prove nothing.
 */
@Singleton
final class OwnedTenant {

  private static final String EXTERNAL_ID = "external_id";
  private static final String NOT_FOUND = "TENANT_NOT_FOUND";

  private final TenantApi api;
  private final NamespaceRules namespaces;

  OwnedTenant(@RestClient TenantApi api, NamespaceRules namespaces) {
    this.api = api;
    this.namespaces = namespaces;
  }

  /** The external id of the tenant that an object owns. */
  static String externalId(Tenant object) {
    return "kubernetes:" + object.getMetadata().getUid();
  }

  /** Whether a tenant belongs to an object. */
  static boolean isOwner(Tenant object, TenantState tenant) {
    return externalId(object).equals(tenant.externalId());
  }

  /** The tenant with an id; empty if there is none or it is deleted. */
  Optional<TenantState> find(UUID id) {
    try {
      return Optional.of(api.get(id)).filter(tenant -> tenant.status() != Status.DELETED);
    } catch (ApiException e) {
      if (e.code().equals(NOT_FOUND)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The tenant that belongs to an object, whatever its name is now. */
  Optional<TenantState> findOwn(Tenant object) {
    return api.findByExternalId(externalId(object)).items().stream()
        .filter(tenant -> isOwner(object, tenant))
        .findFirst();
  }

  private Optional<TenantState> findByName(Tenant object) {
    return api.find(object.tenantName(), object.getSpec().environment().toString()).items().stream()
        .findFirst();
  }

  /**
   * What an object will own.
   *
   * @throws Refused if it may not have a tenant, or another one owns it
   */
  Plan plan(Tenant object) {
    TenantSpec spec = object.getSpec();
    Optional<TenantState> own = findOwn(object);
    if (own.isPresent()) {
      // A former attempt was interrupted, or the status was lost.
      return new Plan.Keep(own.orElseThrow());
    }
    namespaces.check(object.getMetadata().getNamespace(), spec.environment(), spec.adopt() != null);
    Optional<TenantState> existing =
        spec.adopt() != null && spec.adopt().tenantId() != null
            ? find(UUID.fromString(spec.adopt().tenantId()))
            : findByName(object);
    if (spec.adopt() == null) {
      if (existing.isPresent()) {
        throw conflict(
            existing.orElseThrow(), "Set spec.adopt.byName to take it over, or use another name.");
      }
      return new Plan.Create();
    }
    TenantState tenant =
        existing.orElseThrow(
            () ->
                new Refused("TenantNotFound", "There is no tenant to adopt with this id or name."));
    checkAdoption(object, tenant);
    return new Plan.Adopt(tenant);
  }

  private static void checkAdoption(Tenant object, TenantState tenant) {
    TenantSpec spec = object.getSpec();
    boolean same =
        object.tenantName().equals(tenant.name())
            && spec.environment().toString().equals(tenant.environment())
            && spec.blueprint().equals(tenant.blueprint())
            && (spec.region() == null || spec.region().equals(tenant.region()));
    if (!same) {
      throw new Refused(
          "AdoptionMismatch",
          "The tenant %s has another name, environment, blueprint or region than this object."
              .formatted(tenant.tenantId()));
    }
    if (tenant.externalId() != null) {
      throw conflict(
          tenant,
          "If its owner is gone, release it: tenantctl tenants update %s --external-id ''"
              .formatted(tenant.tenantId()));
    }
    if (tenant.status() != Status.ACTIVE && tenant.status() != Status.SUSPENDED) {
      throw new Refused(
          "AdoptionMismatch",
          "The tenant %s is neither active nor suspended.".formatted(tenant.tenantId()));
    }
  }

  /** Whether Tenantry's registry may lack tenants that exist. */
  boolean isRecovering() {
    return api.recovery().active();
  }

  /** The refusal of a tenant that belongs to something else. */
  static Refused conflict(TenantState tenant, String advice) {
    return new Refused(
        Refused.CONFLICT,
        "The tenant %s in %s exists and does not belong to this object. %s"
            .formatted(tenant.name(), tenant.environment(), advice));
  }

  /** Creates or adopts the tenant; repeatable. */
  Obtained obtain(Tenant object, Plan plan) {
    return switch (plan) {
      case Plan.Create _ -> create(object);
      case Plan.Keep keep -> new Obtained(keep.tenant(), List.of());
      case Plan.Adopt adopt ->
          new Obtained(
              api.update(adopt.tenant().tenantId(), Map.of(EXTERNAL_ID, externalId(object))),
              List.of());
    };
  }

  private Obtained create(Tenant object) {
    TenantSpec spec = object.getSpec();
    TenantState tenant =
        api.create(
            object.getMetadata().getUid() + "/" + object.getMetadata().getGeneration(),
            new NewTenant(
                object.tenantName(),
                spec.environment().toString(),
                spec.blueprint(),
                externalId(object),
                spec.region(),
                Optional.ofNullable(spec.services())
                    .map(services -> services.stream().map(Object::toString).toList())
                    .orElse(null),
                spec.metadata(),
                Optional.ofNullable(spec.apiKeys())
                    .map(keys -> new NewKeys(keys.count(), keys.prefix(), keys.scopes()))
                    .orElse(null)));
    return new Obtained(tenant, Optional.ofNullable(tenant.apiKeys()).orElse(List.of()));
  }

  /** Gives a tenant up, so that another object can adopt it. */
  void release(TenantState tenant) {
    api.update(tenant.tenantId(), Collections.singletonMap(EXTERNAL_ID, null));
  }

  /** How an object comes to its tenant. */
  sealed interface Plan {

    /** A new tenant. */
    record Create() implements Plan {}

    /** The one that a former attempt created or adopted. */
    record Keep(TenantState tenant) implements Plan {}

    /** An existing tenant. */
    record Adopt(TenantState tenant) implements Plan {}
  }

  /**
   * The tenant of an object.
   *
   * @param keys the API keys that were issued with it
   */
  record Obtained(TenantState tenant, List<IssuedKey> keys) {}
}
