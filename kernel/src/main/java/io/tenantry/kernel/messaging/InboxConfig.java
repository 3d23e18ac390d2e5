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
   * How long handled events are remembered; must be longer than the retention of any topic or dead
   * letter topic.
   */
  @WithDefault("60d")
  Duration retention();

  /** How often older entries are deleted. */
  @WithDefault("1h")
  Duration pruningInterval();

  /**
   * How long to wait before an event is retried while the database is unavailable; doubled each
   * time.
   */
  @WithDefault("500ms")
  Duration retryDelay();

  /** The longest such delay. */
  @WithDefault("15s")
  Duration maxRetryDelay();
}
