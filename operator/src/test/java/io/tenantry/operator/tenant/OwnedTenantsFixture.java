package io.tenantry.operator.tenant;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tenantry.operator.api.Refusals;
import io.tenantry.operator.api.TenantApi;
import io.tenantry.operator.api.TenantApi.Status;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.runtime.Fixtures;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantSpec;
import io.tenantry.operator.v1alpha1.TenantStatus;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Tenants with their objects, in a cluster without controllers and a registry without a server. */
public final class OwnedTenantsFixture {

  private final KubernetesClient client;
  private final Map<UUID, TenantState> registry = new HashMap<>();

  /** An empty registry. */
  public OwnedTenantsFixture(KubernetesClient client) {
    this.client = client;
  }

  /** What the controllers use. */
  public OwnedTenants ownedTenants() {
    TenantApi api =
        (TenantApi)
            Proxy.newProxyInstance(
                TenantApi.class.getClassLoader(),
                new Class<?>[] {TenantApi.class},
                (_, method, arguments) -> {
                  if (!method.getName().equals("get")) {
                    throw new UnsupportedOperationException(method.getName());
                  }
                  return Optional.ofNullable(registry.get(arguments[0]))
                      .orElseThrow(() -> Refusals.of(404, "TENANT_NOT_FOUND"));
                });
    return new OwnedTenants(
        client, new OwnedTenant(api, new NamespaceRules(client, Fixtures.config())));
  }

  /** Adds a tenant with the object that owns it; returns the tenant's id. */
  public UUID add(String namespace, String name) {
    UUID id = UUID.randomUUID();
    own(id, name, "kubernetes:" + addObject(namespace, name, id));
    return id;
  }

  /** Adds an object whose status names a tenant; returns the object's uid. */
  public String addObject(String namespace, String name, UUID tenant) {
    Tenant object = new Tenant();
    object.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(name)
            .withUid(UUID.randomUUID().toString())
            .build());
    object.setSpec(
        new TenantSpec(
            name,
            TenantSpec.Environment.DEVELOPMENT,
            "car",
            null,
            null,
            null,
            null,
            null,
            null,
            TenantSpec.DeletionPolicy.RETAIN,
            true,
            null,
            false));
    Tenant stored = client.resource(object).create();
    stored.setStatus(
        new TenantStatus(
            List.of(),
            1L,
            tenant.toString(),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    client.resource(stored).updateStatus();
    return stored.getMetadata().getUid();
  }

  /** Sets the owner of a tenant in the registry. */
  public void own(UUID id, String name, String externalId) {
    registry.put(
        id,
        new TenantState(
            id,
            name,
            "development",
            Status.ACTIVE,
            "car",
            "v",
            null,
            externalId,
            null,
            List.of(),
            null,
            null,
            null));
  }
}
