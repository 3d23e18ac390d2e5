package io.tenantry.kernel.idempotency;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.idempotency")
interface IdempotencyConfig {

  /**
   * Whether a caller may use one key for several operations, distinguished by method and path;
   * otherwise a key identifies one request.
   */
  @WithDefault("false")
  boolean perOperation();

  /** How long an answer is stored. */
  @WithDefault("24h")
  Duration retention();

  /** How long a request without an answer keeps its key; after that it counts as crashed. */
  @WithDefault("2m")
  Duration lock();
}
