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

    /** Per tenant. */
    @WithDefault("16M")
    MemorySize tenant();

    /** Per instance, for authenticated messages. */
    @WithDefault("8M")
    MemorySize instance();

    /**
     * For all webhook messages that are not authenticated yet; at least the size of one message.
     */
    @WithDefault("16M")
    MemorySize unproven();

    /**
     * Per instance, for messages that are not authenticated yet; at least the size of one message.
     */
    @WithDefault("3M")
    MemorySize unprovenInstance();

    /**
     * Per IPv4 address or IPv6 /64 network, for messages that are not authenticated yet; at least
     * the size of one message.
     */
    @WithDefault("3M")
    MemorySize unprovenAddress();
  }
}
