package io.tenantry.tenant.webhook.portal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Settings of portal links. */
@ConfigMapping(prefix = "tenantry.portal")
interface PortalConfig {

  /** The URL of the page that a link opens ({@code PORTAL_URL}); links have no URL if not set. */
  Optional<URI> url();

  /**
   * The origins of pages that may embed the portal, such as {@code https://app.example.com},
   * comma-separated ({@code PORTAL_PARENT_ORIGINS}); none if not set.
   */
  Optional<Set<String>> parentOrigins();

  /** How long a link is valid unless the request says otherwise ({@code PORTAL_LINK_LIFETIME}). */
  @WithDefault("1h")
  Duration linkLifetime();
}
