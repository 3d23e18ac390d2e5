package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.blueprint.Blueprint;
import java.util.UUID;

/**
 * What is known of a tenant before anything of it is made.
 *
 * @param tenantId its id, a UUID version 7
 * @param blueprint the version it would be made from today
 */
public record Registration(
    UUID tenantId,
    String name,
    String environment,
    Blueprint blueprint,
    String region,
    Owner owner) {

  /** The same tenant under another id. */
  Registration withId(UUID id) {
    return new Registration(id, name, environment, blueprint, region, owner);
  }
}
