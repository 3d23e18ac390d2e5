package io.tenantry.tenant.webhook.portal;

import io.tenantry.kernel.crypto.Sha256;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.InvalidRequest;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Creates portal links. Their tokens are checked by the same code as API keys, and only permit what
 * the scope {@code portal} does.
 */
@Singleton
final class PortalLinks {

  private static final int RANDOM_BYTES = 32;

  private final Database database;
  private final PortalConfig config;
  private final SecureRandom random;
  private final Clock clock;

  PortalLinks(Database database, PortalConfig config, SecureRandom random, Clock clock) {
    this.database = database;
    this.config = config;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Creates a link.
   *
   * @param keyId the API key that creates it, with which it ends; empty for an operator
   * @throws InvalidRequest if the operator has not named the origin that should embed the portal
   */
  PortalLink create(UUID tenantId, Optional<UUID> keyId, CreatePortalLink request) {
    Optional<String> origin = Optional.ofNullable(request.parentOrigin());
    if (origin
        .filter(each -> !config.parentOrigins().orElse(Set.of()).contains(each))
        .isPresent()) {
      throw new InvalidRequest("parent_origin", "is not one of PORTAL_PARENT_ORIGINS");
    }
    UUID linkId = UUID.randomUUID();
    String token = newToken();
    Instant expiresAt =
        clock
            .instant()
            .plus(
                Optional.ofNullable(request.lifetimeSeconds())
                    .map(Duration::ofSeconds)
                    .orElse(config.linkLifetime()));
    database.run(
        """
        INSERT INTO control_plane.portal_links
          (link_id, tenant_id, key_id, token_hash, parent_origin, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        linkId,
        tenantId,
        keyId,
        Buffer.buffer(Sha256.of(token)),
        origin,
        expiresAt);
    return new PortalLink(
        linkId,
        tenantId,
        token,
        config.url().map(url -> url + query(origin) + "#token=" + token),
        origin,
        expiresAt);
  }

  /**
   * By the query the page's server knows who may embed it; the token is in the fragment, which
   * browsers do not send to servers.
   */
  private static String query(Optional<String> origin) {
    return origin
        .map(each -> "?parent_origin=" + URLEncoder.encode(each, StandardCharsets.UTF_8))
        .orElse("");
  }

  /** Revokes all links of a tenant; within one second their tokens are refused. */
  void revoke(UUID tenantId) {
    database.run("DELETE FROM control_plane.portal_links WHERE tenant_id = $1", tenantId);
  }

  /** A token in the form of an API key. */
  private String newToken() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return "portal_" + clock.millis() + "_" + HexFormat.of().formatHex(bytes);
  }
}
