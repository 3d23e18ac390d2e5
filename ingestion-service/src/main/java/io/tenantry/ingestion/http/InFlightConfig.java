package io.tenantry.ingestion.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/**
 * Memory limits for request bodies. Public, so that Hibernate Validator can check its constraints.
 */
@ConfigMapping(prefix = "tenantry.capture")
public interface InFlightConfig {

  /** Maximum memory for the bodies of all requests in flight; further requests get 503. */
  @WithDefault("64M")
  MemorySize maxInFlight();

  Shares shares();

  /** Maximum memory for request bodies in flight, by kind of sender. */
  interface Shares {

    /** Maximum memory for request bodies in flight per tenant. */
    @WithDefault("16M")
    MemorySize tenant();

    /** Maximum memory for authenticated webhook messages in flight per instance. */
    @WithDefault("8M")
    MemorySize instance();

    /**
     * Maximum memory for all webhook messages that are not authenticated yet; at least the size of
     * one message.
     */
    @WithDefault("16M")
    MemorySize unproven();

    /**
     * Maximum memory per instance for webhook messages that are not authenticated yet; at least the
     * size of one message.
     */
    @WithDefault("3M")
    MemorySize unprovenInstance();

    /**
     * Maximum memory per IPv4 address or IPv6 /64 network for webhook messages that are not
     * authenticated yet; at least the size of one message.
     */
    @WithDefault("3M")
    MemorySize unprovenAddress();
  }
}
