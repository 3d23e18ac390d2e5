package io.tenantry.tenant.externalservice;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import java.util.UUID;

/**
 * What a service may answer to a registration.
 *
 * @param serviceId its own id of the tenant's service
 * @param endpoint where the tenant finds it; recorded and shown, never called
 */
@RegisterForReflection
record Registration(Optional<UUID> serviceId, Optional<String> endpoint) {

  static final Registration EMPTY = new Registration(Optional.empty(), Optional.empty());
}
