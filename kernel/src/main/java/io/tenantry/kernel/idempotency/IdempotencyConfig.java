package io.tenantry.kernel.idempotency;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.idempotency")
interface IdempotencyConfig {

  /**
   * Whether a caller may use one key for several operations, each by its method and path; else a
   * key stands for one request of all.
   */
  @WithDefault("false")
  boolean perOperation();

  /** How long an answer is remembered. */
  @WithDefault("24h")
  Duration retention();

  /** How long a request without an answer keeps its key: after that it is taken for dead. */
  @WithDefault("2m")
  Duration lock();
}
