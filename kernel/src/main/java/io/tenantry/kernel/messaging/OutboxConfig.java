package io.tenantry.kernel.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.outbox")
interface OutboxConfig {

  /** Whether this service has an outbox; fixed at build time. */
  @WithDefault("false")
  boolean enabled();

  /** How often the outbox is looked at when nobody said that there is something in it. */
  @WithDefault("1s")
  Duration pollInterval();

  /** How long more news is awaited after the first, to be published together with it. */
  @WithDefault("20ms")
  Duration linger();

  /** How many events are read, sent and removed at once. */
  @WithDefault("500")
  int batchSize();

  /** How long the broker may take to acknowledge a batch before it is tried again. */
  @WithDefault("30s")
  Duration sendTimeout();
}
