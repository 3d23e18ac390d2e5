package io.tenantry.kernel.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.inbox")
interface InboxConfig {

  /** Whether this service has an inbox; fixed at build time. */
  @WithDefault("false")
  boolean enabled();

  /**
   * How long handled events are remembered: longer than any topic, or dead letter topic, keeps
   * them.
   */
  @WithDefault("60d")
  Duration retention();

  /** How often older ones are forgotten. */
  @WithDefault("1h")
  Duration pruningInterval();

  /** How long to wait before an event is tried again after the database was away; then doubled. */
  @WithDefault("500ms")
  Duration retryDelay();

  /** The longest such wait. */
  @WithDefault("15s")
  Duration maxRetryDelay();
}
