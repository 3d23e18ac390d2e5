package io.tenantry.tenant.webhook.portal;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Short-lived access to the webhooks of one tenant.
 *
 * @param token authenticates like an API key
 * @param url the page of the portal with the token; absent unless {@code PORTAL_URL} is set
 * @param parentOrigin the origin of the page that may embed the portal
 */
@RegisterForReflection
record PortalLink(
    UUID linkId,
    UUID tenantId,
    @Schema(description = "Authenticates like an API key, for the webhooks of the tenant only")
        String token,
    Optional<String> url,
    Optional<String> parentOrigin,
    Instant expiresAt) {

  @Override
  public String toString() {
    return "PortalLink[" + linkId + "]";
  }
}
