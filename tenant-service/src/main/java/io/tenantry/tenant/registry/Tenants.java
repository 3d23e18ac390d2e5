package io.tenantry.tenant.registry;

import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Page;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Blueprints;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.provisioning.NewTenant;
import io.tenantry.tenant.provisioning.Outcome;
import io.tenantry.tenant.provisioning.Provisioner;
import io.tenantry.tenant.provisioning.TenantIds;
import io.tenantry.tenant.provisioning.Witness;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** What can be done with tenants. */
@Singleton
public final class Tenants {

  private static final String DEFAULT_BLUEPRINT = "car";

  private final TenantStore store;
  private final Registrations registrations;
  private final TenantIds ids;
  private final Blueprints blueprints;
  private final Clusters clusters;
  private final Provisioner provisioner;

  Tenants(
      TenantStore store,
      Registrations registrations,
      TenantIds ids,
      Blueprints blueprints,
      Clusters clusters,
      Provisioner provisioner) {
    this.store = store;
    this.registrations = registrations;
    this.ids = ids;
    this.blueprints = blueprints;
    this.clusters = clusters;
    this.provisioner = provisioner;
  }

  /**
   * Provisions a tenant and answers once it is active.
   *
   * @param witness sees it being activated, if it comes to that
   * @throws TenantryException with the code of what failed; then nothing is left of it, or its
   *     message says otherwise
   */
  Tenant create(CreateTenant request, Witness witness) {
    AtomicReference<Tenant> made = new AtomicReference<>();
    Outcome outcome =
        provisioner.provisionAny(
            complete(ids.next(), request),
            (transaction, tenantId) -> {
              made.set(store.find(transaction, tenantId).orElseThrow());
              witness.activated(transaction, tenantId);
            });
    return switch (outcome) {
      case Outcome.Provisioned done -> made.get().withApiKeys(done.apiKeys());
      case Outcome.RolledBack failed ->
          throw new TenantryException(
              failed.code(),
              failed.code().title() + ". Everything was undone; the name is free.",
              failed.cause());
      case Outcome.RollingBack failed ->
          throw new TenantryException(
              failed.code(),
              failed.code().title()
                  + ". What was made is being removed; until then the name stays reserved.",
              failed.cause());
    };
  }

  /**
   * A tenant with the steps of its making.
   *
   * @throws TenantryException {@code TENANT_NOT_FOUND}
   */
  public Tenant get(UUID tenantId) {
    return existing(tenantId).withProvisioning(store.steps(tenantId));
  }

  /** A page of tenants, oldest first. */
  public Page<Tenant> list(TenantFilter filter, UUID after, int limit) {
    return store.list(filter, after, limit);
  }

  /** A tenant, also one that is deleted and not purged yet. */
  public Optional<Tenant> find(UUID tenantId) {
    return store.find(tenantId);
  }

  private Tenant existing(UUID tenantId) {
    return find(tenantId)
        .filter(tenant -> !tenant.status().equals("deleted"))
        .orElseThrow(() -> notFound(tenantId));
  }

  /** The error that there is no such tenant. */
  public static TenantryException notFound(UUID tenantId) {
    return new TenantryException(
        ErrorCode.TENANT_NOT_FOUND, "There is no tenant " + tenantId + ".");
  }

  /** An id for a new tenant. */
  public UUID newId() {
    return ids.next();
  }

  /**
   * Registers a tenant that a job will provision, unless it is registered already.
   *
   * @throws TenantryException {@code TENANT_NAME_TAKEN}, {@code QUOTA_EXCEEDED}
   */
  void register(Sql transaction, UUID tenantId, CreateTenant request) {
    NewTenant tenant = complete(tenantId, request);
    register(
        transaction,
        tenantId,
        tenant.blueprint().name(),
        tenant.name(),
        Optional.of(request.environment()),
        Optional.of(tenant.region()),
        tenant.ownerId(),
        tenant.organizationId(),
        tenant.metadata());
  }

  /**
   * Registers a tenant that a job will provision, unless it is registered already.
   *
   * @throws TenantryException {@code TENANT_NAME_TAKEN}
   */
  public void register(
      Sql transaction,
      UUID tenantId,
      String blueprint,
      String name,
      Optional<Environment> environment,
      Optional<String> region,
      String ownerId,
      String organizationId,
      Map<String, Object> metadata) {
    registrations.add(
        transaction,
        new Registrations.Registration(
            tenantId,
            name,
            environment.orElse(Environment.PRODUCTION).toString(),
            blueprint,
            blueprints.find(blueprint).orElseThrow().version(),
            region.orElseGet(clusters::defaultRegion),
            ownerId,
            organizationId,
            Optional.ofNullable(metadata).orElse(Map.of())));
  }

  /** Leaves a tombstone of a tenant that is registered and nothing more; says whether it was. */
  public boolean withdraw(UUID tenantId) {
    return registrations.withdraw(tenantId);
  }

  /** A request with all that it left out. */
  NewTenant complete(UUID tenantId, CreateTenant request) {
    Blueprint blueprint =
        blueprints
            .find(Optional.ofNullable(request.blueprint()).orElse(DEFAULT_BLUEPRINT))
            .orElseThrow();
    return withinQuotas(
        new NewTenant(
            tenantId,
            request.name(),
            request.environment().toString(),
            blueprint,
            Optional.ofNullable(request.region()).orElseGet(clusters::defaultRegion),
            services(Optional.ofNullable(request.services()), blueprint),
            keys(request.apiKeys(), blueprint),
            request.ownerId(),
            request.organizationId(),
            Optional.ofNullable(request.metadata()).orElse(Map.of())));
  }

  /**
   * A registered tenant with what is asked for it now.
   *
   * @param apiKeys null for those of the blueprint
   * @throws TenantryException {@code QUOTA_EXCEEDED}
   */
  public NewTenant complete(
      Tenant registered,
      Optional<String> region,
      Optional<Set<ServiceType>> services,
      CreateTenant.Keys apiKeys,
      Optional<String> ownerId,
      Optional<String> organizationId) {
    Blueprint blueprint = blueprints.find(registered.blueprint()).orElseThrow();
    return withinQuotas(
        new NewTenant(
            registered.tenantId(),
            registered.name(),
            registered.environment(),
            blueprint,
            region.orElse(registered.region()),
            services(services, blueprint),
            keys(apiKeys, blueprint),
            ownerId.or(registered::ownerId).orElse(null),
            organizationId.or(registered::organizationId).orElse(null),
            Map.of()));
  }

  private static NewTenant withinQuotas(NewTenant tenant) {
    Blueprint.Quotas quotas = tenant.blueprint().quotas();
    checkQuota("API keys", tenant.apiKeys().count(), quotas.apiKeys());
    checkQuota("services", tenant.services().size(), quotas.services());
    return tenant;
  }

  private static Collection<String> services(
      Optional<Set<ServiceType>> wanted, Blueprint blueprint) {
    return wanted
        .<Collection<String>>map(types -> types.stream().map(ServiceType::toString).toList())
        .orElseGet(blueprint::services);
  }

  private static NewTenant.KeyRequest keys(CreateTenant.Keys wanted, Blueprint blueprint) {
    Blueprint.ApiKeys defaults = blueprint.apiKeys();
    return wanted == null
        ? new NewTenant.KeyRequest(defaults.count(), defaults.prefix(), defaults.scopes())
        : new NewTenant.KeyRequest(
            wanted.count(),
            Optional.ofNullable(wanted.prefix()).orElse(defaults.prefix()),
            Optional.ofNullable(wanted.scopes()).map(List::copyOf).orElse(defaults.scopes()));
  }

  private static void checkQuota(String what, int wanted, int quota) {
    if (wanted > quota) {
      throw new TenantryException(
          ErrorCode.QUOTA_EXCEEDED,
          "%d %s were asked for; the blueprint's quota is %d.".formatted(wanted, what, quota));
    }
  }
}
