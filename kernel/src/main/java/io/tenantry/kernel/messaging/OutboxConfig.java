package io.tenantry.kernel.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.outbox")
interface OutboxConfig {

  /** Whether this service has an outbox; fixed at build time. */
  @WithDefault("false")
  boolean enabled();

  /** How often to poll the outbox for events that were not announced. */
  @WithDefault("1s")
  Duration pollInterval();

  /** How long to wait for further events after the first, to publish them together. */
  @WithDefault("20ms")
  Duration linger();

  /** How many events are read, sent and removed together. */
  @WithDefault("500")
  int batchSize();

  /** How long the broker may take to acknowledge a batch before it is retried. */
  @WithDefault("30s")
  Duration sendTimeout();
}
