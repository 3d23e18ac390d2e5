package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.blueprint.Blueprint;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * A tenant to be, checked and complete.
 *
 * @param services types of services to register
 * @param apiKeys keys to issue
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

  /** Whether services have to be told of it, which no transaction waits for. */
  boolean hasServices() {
    return !services.isEmpty();
  }

  /** The same tenant under another id. */
  NewTenant withId(UUID id) {
    return new NewTenant(registration.withId(id), services, apiKeys);
  }

  /** How many keys to issue, what they begin with, and what they permit. */
  public record KeyRequest(int count, String prefix, List<String> scopes) {}
}
