package io.tenantry.tenant.registry;

import io.tenantry.kernel.page.Page;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Blueprints;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.provisioning.NewTenant;
import io.tenantry.tenant.provisioning.Outcome;
import io.tenantry.tenant.provisioning.Provisioner;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What can be done with tenants. */
@Singleton
public final class Tenants {

  private static final String DEFAULT_BLUEPRINT = "car";

  private final TenantStore store;
  private final TenantIds ids;
  private final Blueprints blueprints;
  private final Clusters clusters;
  private final Provisioner provisioner;

  Tenants(
      TenantStore store,
      TenantIds ids,
      Blueprints blueprints,
      Clusters clusters,
      Provisioner provisioner) {
    this.store = store;
    this.ids = ids;
    this.blueprints = blueprints;
    this.clusters = clusters;
    this.provisioner = provisioner;
  }

  /**
   * Provisions a tenant and answers once it is active.
   *
   * @throws TenantryException with the code of what failed; then nothing is left of it, or its
   *     message says otherwise
   */
  Tenant create(CreateTenant request) {
    return switch (provisioner.provision(complete(request))) {
      case Outcome.Provisioned done ->
          store.find(done.tenantId()).orElseThrow().withApiKeys(done.apiKeys());
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

  Page<Tenant> list(TenantFilter filter, UUID after, int limit) {
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

  private NewTenant complete(CreateTenant request) {
    Blueprint blueprint =
        blueprints
            .find(Optional.ofNullable(request.blueprint()).orElse(DEFAULT_BLUEPRINT))
            .orElseThrow();
    NewTenant tenant =
        new NewTenant(
            ids.next(),
            request.name(),
            request.environment().toString(),
            blueprint,
            Optional.ofNullable(request.region()).orElseGet(clusters::defaultRegion),
            services(request, blueprint),
            keys(request, blueprint),
            request.ownerId(),
            request.organizationId(),
            Optional.ofNullable(request.metadata()).orElse(Map.of()));
    checkQuota("API keys", tenant.apiKeys().count(), blueprint.quotas().apiKeys());
    checkQuota("services", tenant.services().size(), blueprint.quotas().services());
    return tenant;
  }

  private static Collection<String> services(CreateTenant request, Blueprint blueprint) {
    return request.services() == null
        ? blueprint.services()
        : request.services().stream().map(ServiceType::toString).toList();
  }

  private static NewTenant.KeyRequest keys(CreateTenant request, Blueprint blueprint) {
    Blueprint.ApiKeys defaults = blueprint.apiKeys();
    CreateTenant.Keys wanted = request.apiKeys();
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
