package io.tenantry.kernel.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Timeouts for callers. */
@ConfigMapping(prefix = "tenantry.http")
interface HttpTimeouts {

  /**
   * The idle timeout of a connection without a request in progress ({@code HTTP_IDLE_TIMEOUT});
   * must be longer than the one of load balancers.
   */
  @WithDefault("75s")
  Duration idleTimeout();

  /**
   * The timeout for the body of a request ({@code HTTP_BODY_TIMEOUT}), in addition to the time it
   * needs at {@code body-rate}; must be longer than the timeout of the control database, which may
   * delay reading.
   */
  @WithDefault("15s")
  Duration bodyTimeout();

  /** The minimum average rate of a body, in bytes a second, beyond that time. */
  @WithDefault("16K")
  MemorySize bodyRate();

  /** The idle timeout of a connection with a request in progress. */
  @WithDefault("30m")
  Duration responseTimeout();

  /** The time limit of a body of which this many bytes have arrived. */
  default Duration allowed(long bytes) {
    return bodyTimeout().plusMillis(bytes * 1000 / bodyRate().asLongValue());
  }
}
