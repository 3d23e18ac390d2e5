package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.blueprint.Blueprint;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A tenant to be, checked and complete.
 *
 * @param tenantId its id, a UUID version 7
 * @param services types of services to register
 * @param apiKeys keys to issue
 * @param metadata the owner's own data, a JSON object
 */
public record NewTenant(
    UUID tenantId,
    String name,
    String environment,
    Blueprint blueprint,
    String region,
    Collection<String> services,
    KeyRequest apiKeys,
    String ownerId,
    String organizationId,
    Map<String, Object> metadata) {

  /** Whether services have to be told of it, which no transaction waits for. */
  boolean hasServices() {
    return !services.isEmpty();
  }

  /** The same tenant under another id. */
  NewTenant withId(UUID id) {
    return new NewTenant(
        id,
        name,
        environment,
        blueprint,
        region,
        services,
        apiKeys,
        ownerId,
        organizationId,
        metadata);
  }

  /** How many keys to issue, what they begin with, and what they permit. */
  public record KeyRequest(int count, String prefix, List<String> scopes) {}
}
