package io.tenantry.tenant.webhook.endpoint;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of webhooks. */
@ConfigMapping(prefix = "tenantry.webhooks")
public interface WebhookConfig {

  /** Whether this replica delivers webhooks ({@code WEBHOOK_DELIVERY}). */
  @WithDefault("true")
  boolean delivery();

  /** How long an endpoint may take to answer ({@code WEBHOOK_TIMEOUT}). */
  @WithDefault("15s")
  Duration timeout();

  /** The limit of requests in flight, on each replica ({@code WEBHOOK_MAX_IN_FLIGHT}). */
  @WithDefault("256")
  int maxInFlight();

  /** The limit of requests in flight to one endpoint; one for an endpoint that fails every time. */
  @WithDefault("8")
  int maxInFlightPerEndpoint();

  /** The limit of endpoints of one tenant ({@code WEBHOOK_ENDPOINTS_PER_TENANT}). */
  @WithDefault("20")
  int endpointsPerTenant();

  /**
   * How long events and the log of their deliveries are kept, at least five days ({@code
   * WEBHOOK_RETENTION}).
   */
  @WithDefault("30d")
  Duration retention();

  /** An endpoint that has only failed for this long is disabled. */
  @WithDefault("5d")
  Duration disableAfter();

  /** How long a rotated secret signs beside its successor, unless a request says otherwise. */
  @WithDefault("24h")
  Duration secretOverlap();

  /**
   * The lease of a replica on the queue of an endpoint, at least three times the timeout. When a
   * replica crashes, its queues are taken over after this time.
   */
  @WithDefault("60s")
  Duration lease();

  /** How often outdated data is removed. */
  @WithDefault("1m")
  Duration housekeepingInterval();

  /** How often queues are polled for deliveries that become due. */
  @WithDefault("500ms")
  Duration pollInterval();
}
