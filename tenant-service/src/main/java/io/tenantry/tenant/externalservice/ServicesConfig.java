package io.tenantry.tenant.externalservice;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The auth, realtime and storage services, and how they are called. */
@ConfigMapping(prefix = "tenantry.services")
interface ServicesConfig {

  /** The services' URLs. A service without a URL is recorded and never called. */
  Urls url();

  /** The bearer token for calls to services ({@code SERVICE_TOKEN}). */
  Optional<String> token();

  /**
   * The endpoint of a service that returns none itself ({@code SERVICE_ENDPOINT_PATTERN}). The
   * placeholders {@code {type}}, {@code {tenant_id}} and {@code {region}} are replaced.
   */
  String endpointPattern();

  /** The timeout of one attempt. */
  @WithDefault("10s")
  Duration timeout();

  /** The maximum number of attempts of a call. */
  @WithDefault("2")
  int attempts();

  /** The delay before the second attempt; it doubles with each further attempt. */
  @WithDefault("3s")
  Duration retryDelay();

  /** The maximum delay between attempts. */
  @WithDefault("15s")
  Duration maxRetryDelay();

  /** The interval between health checks of a tenant's service ({@code SERVICE_HEALTH_INTERVAL}). */
  @WithDefault("1m")
  Duration healthInterval();

  /** The interval between searches for due health checks. */
  @WithDefault("5s")
  Duration healthPollInterval();

  interface Urls {

    /** {@code AUTH_SERVICE_URL}. */
    Optional<URI> auth();

    /** {@code REALTIME_SERVICE_URL}. */
    Optional<URI> realtime();

    /** {@code STORAGE_SERVICE_URL}. */
    Optional<URI> storage();
  }
}
