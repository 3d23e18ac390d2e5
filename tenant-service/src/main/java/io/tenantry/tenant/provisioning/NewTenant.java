package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.blueprint.Blueprint;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * A validated request for a tenant, with all defaults applied.
 *
 * @param services the types of the services to register
 * @param apiKeys the keys to issue
 */
public record NewTenant(
    Registration registration, Collection<String> services, KeyRequest apiKeys) {

  UUID tenantId() {
    return registration.tenantId();
  }

  Blueprint blueprint() {
    return registration.blueprint();
  }

  String region() {
    return registration.region();
  }

  /** Whether services must be called, which happens outside the claim's transaction. */
  boolean hasServices() {
    return !services.isEmpty();
  }

  /** This tenant with another id. */
  NewTenant withId(UUID id) {
    return new NewTenant(registration.withId(id), services, apiKeys);
  }

  /** The number, prefix and scopes of the keys to issue. */
  public record KeyRequest(int count, String prefix, List<String> scopes) {}
}
