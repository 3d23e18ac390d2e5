package io.tenantry.kernel.auth;

import java.security.Principal;
import java.util.List;
import java.util.UUID;

/**
 * The holder of a tenant's API key.
 *
 * @param keyId the id of the key
 * @param scopes what the key permits, for this tenant only
 */
public record TenantPrincipal(UUID tenantId, UUID keyId, List<String> scopes) implements Principal {

  @Override
  public String getName() {
    return "tenant " + tenantId;
  }
}
