package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Blueprints;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.registry.Environment;
import io.tenantry.tenant.registry.Tenant;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Applies defaults to requests for tenants, and checks them against the quotas. */
@Singleton
public final class TenantRequests {

  private static final String DEFAULT_BLUEPRINT = "car";

  private final Blueprints blueprints;
  private final Clusters clusters;

  TenantRequests(Blueprints blueprints, Clusters clusters) {
    this.blueprints = blueprints;
    this.clusters = clusters;
  }

  /**
   * The registration of a new tenant.
   *
   * @param environment null for production
   * @param region null for the default region
   */
  public Registration registration(
      UUID tenantId,
      String name,
      @Nullable Environment environment,
      String blueprint,
      @Nullable String region,
      Owner owner) {
    return new Registration(
        tenantId,
        name,
        Optional.ofNullable(environment).orElse(Environment.PRODUCTION).toString(),
        blueprints.find(blueprint).orElseThrow(),
        Optional.ofNullable(region).orElseGet(clusters::defaultRegion),
        owner);
  }

  /**
   * A request with all defaults applied.
   *
   * @throws TenantryException {@code QUOTA_EXCEEDED}
   */
  NewTenant complete(UUID tenantId, CreateTenant request) {
    return complete(
        registration(
            tenantId,
            request.name(),
            request.environment(),
            blueprintOf(request),
            request.region(),
            new Owner(
                request.ownerId(),
                request.organizationId(),
                request.externalId(),
                Objects.requireNonNullElse(request.metadata(), Map.of()))),
        Optional.ofNullable(request.services()),
        request.apiKeys());
  }

  /** The blueprint of a requested tenant. */
  static String blueprintOf(CreateTenant request) {
    return Optional.ofNullable(request.blueprint()).orElse(DEFAULT_BLUEPRINT);
  }

  /**
   * A registered tenant with the values of a new request. Its metadata does not change.
   *
   * @param region null for the registered region; likewise the ids
   * @param services empty for the blueprint's services
   * @param apiKeys null for the blueprint's keys
   * @throws TenantryException {@code QUOTA_EXCEEDED}
   */
  public NewTenant complete(
      Tenant registered,
      @Nullable String region,
      Optional<Set<ServiceType>> services,
      CreateTenant.@Nullable Keys apiKeys,
      @Nullable String ownerId,
      @Nullable String organizationId) {
    return complete(
        new Registration(
            registered.tenantId(),
            registered.name(),
            registered.environment(),
            blueprints.find(registered.blueprint()).orElseThrow(),
            Optional.ofNullable(region).orElse(registered.region()),
            new Owner(
                Optional.ofNullable(ownerId).or(registered::ownerId).orElse(null),
                Optional.ofNullable(organizationId).or(registered::organizationId).orElse(null),
                registered.externalId().orElse(null),
                Map.of())),
        services,
        apiKeys);
  }

  private static NewTenant complete(
      Registration registration,
      Optional<Set<ServiceType>> services,
      CreateTenant.@Nullable Keys apiKeys) {
    Blueprint blueprint = registration.blueprint();
    NewTenant tenant =
        new NewTenant(registration, services(services, blueprint), keys(apiKeys, blueprint));
    checkQuota("API keys", tenant.apiKeys().count(), blueprint.quotas().apiKeys());
    checkQuota("services", tenant.services().size(), blueprint.quotas().services());
    return tenant;
  }

  private static Collection<String> services(
      Optional<Set<ServiceType>> wanted, Blueprint blueprint) {
    return wanted
        .<Collection<String>>map(types -> types.stream().map(ServiceType::toString).toList())
        .orElseGet(blueprint::services);
  }

  private static NewTenant.KeyRequest keys(
      CreateTenant.@Nullable Keys wanted, Blueprint blueprint) {
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
          "%d %s were requested; the blueprint's quota is %d.".formatted(wanted, what, quota));
    }
  }
}
