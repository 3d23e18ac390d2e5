package io.tenantry.kernel.auth;

import java.security.Principal;
import java.util.List;
import java.util.UUID;

/**
 * Who presents an API key of a tenant.
 *
 * @param keyId the key, by its id
 * @param scopes what the key permits, on this tenant alone
 */
public record TenantPrincipal(UUID tenantId, UUID keyId, List<String> scopes) implements Principal {

  @Override
  public String getName() {
    return "tenant " + tenantId;
  }
}
