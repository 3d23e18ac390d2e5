package io.tenantry.ingestion.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What the bodies of requests may hold of memory. */
@ConfigMapping(prefix = "tenantry.capture")
public interface InFlightConfig {

  /** The most that bodies not yet answered may hold together; beyond it requests get 503. */
  @WithDefault("64M")
  MemorySize maxInFlight();

  Shares shares();

  /** The most that bodies not yet answered may hold of that, for each sender. */
  interface Shares {

    /** One tenant. */
    @WithDefault("16M")
    MemorySize tenant();

    /** One instance, of what has proven that it may send to it. */
    @WithDefault("8M")
    MemorySize instance();

    /** All messages to instances together that are not proven yet; not less than one message. */
    @WithDefault("16M")
    MemorySize unproven();

    /** Those to one instance; not less than one message. */
    @WithDefault("3M")
    MemorySize unprovenInstance();

    /** Those of one address, or of half an IPv6 address; not less than one message. */
    @WithDefault("3M")
    MemorySize unprovenAddress();
  }
}
