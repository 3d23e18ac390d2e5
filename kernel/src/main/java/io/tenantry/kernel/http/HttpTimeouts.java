package io.tenantry.kernel.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long callers may take. */
@ConfigMapping(prefix = "tenantry.http")
interface HttpTimeouts {

  /**
   * How long a connection is kept on which nothing comes or goes and no request is being answered
   * ({@code HTTP_IDLE_TIMEOUT}); longer than a load balancer keeps one open to use it again.
   */
  @WithDefault("75s")
  Duration idleTimeout();

  /**
   * How long the body of a request may take ({@code HTTP_BODY_TIMEOUT}), besides the time it needs
   * at {@code body-rate}; longer than the control database is waited for, which may hold up
   * reading.
   */
  @WithDefault("15s")
  Duration bodyTimeout();

  /** How much of a body has to come in each second, on average, beyond that time. */
  @WithDefault("16K")
  MemorySize bodyRate();

  /** How long nothing may come or go while a request is being answered. */
  @WithDefault("30m")
  Duration responseTimeout();

  /** How long a body may take of which this many bytes have come. */
  default Duration allowed(long bytes) {
    return bodyTimeout().plusMillis(bytes * 1000 / bodyRate().asLongValue());
  }
}
