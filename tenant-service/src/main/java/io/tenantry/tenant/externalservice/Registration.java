package io.tenantry.tenant.externalservice;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import java.util.UUID;

/**
 * A service's response to a registration; all fields are optional.
 *
 * @param serviceId the service's own id for the tenant
 * @param endpoint the URL for the tenant; recorded and shown, never called
 */
@RegisterForReflection
record Registration(Optional<UUID> serviceId, Optional<String> endpoint) {

  static final Registration EMPTY = new Registration(Optional.empty(), Optional.empty());
}
