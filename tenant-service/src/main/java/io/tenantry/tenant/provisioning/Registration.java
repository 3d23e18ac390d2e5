package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.blueprint.Blueprint;
import java.util.UUID;

/**
 * The registered properties of a tenant, known before it is provisioned.
 *
 * @param tenantId the tenant's id, a UUID version 7
 * @param blueprint the current version of its blueprint
 */
public record Registration(
    UUID tenantId,
    String name,
    String environment,
    Blueprint blueprint,
    String region,
    Owner owner) {

  /** This registration with another id. */
  Registration withId(UUID id) {
    return new Registration(id, name, environment, blueprint, region, owner);
  }
}
