package io.tenantry.tenant.externalservice;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

@ConfigMapping(prefix = "tenantry.services")
interface ServicesConfig {

  /** Where the services are that hear of their tenants; one that is not set is recorded only. */
  Urls url();

  /** The bearer token they are called with ({@code SERVICE_TOKEN}). */
  Optional<String> token();

  /**
   * The endpoint of a service that names none itself ({@code SERVICE_ENDPOINT_PATTERN}), with
   * {@code {type}}, {@code {tenant_id}} and {@code {region}} in it.
   */
  String endpointPattern();

  /** How long one call may take in all. */
  @WithDefault("10s")
  Duration timeout();

  /** How often a call is tried in all. */
  @WithDefault("2")
  int attempts();

  /** How long to wait before the second try; then doubled. */
  @WithDefault("3s")
  Duration retryDelay();

  /** The longest such wait. */
  @WithDefault("15s")
  Duration maxRetryDelay();

  /** How often the health of each tenant's service is checked ({@code SERVICE_HEALTH_INTERVAL}). */
  @WithDefault("1m")
  Duration healthInterval();

  /** How often those are looked for whose check is due. */
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
