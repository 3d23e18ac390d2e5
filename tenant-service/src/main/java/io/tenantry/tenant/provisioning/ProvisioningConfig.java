package io.tenantry.tenant.provisioning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "tenantry.provisioning")
interface ProvisioningConfig {

  /**
   * How long a replica that fell silent keeps the tenants it works on before another takes over
   * ({@code PROVISIONING_LEASE}). A living one renews its leases three times as often.
   */
  @WithDefault("30s")
  Duration lease();

  /** How long to wait before an undo or a deletion that failed is tried again. */
  @WithDefault("5s")
  Duration retryDelay();

  /**
   * How long a provisioning may take before its progress is written down for whoever looks; a
   * quicker one writes its steps with its activation alone.
   */
  @WithDefault("1s")
  Duration noteAfter();

  /** How often leases are renewed. */
  @WithDefault("10s")
  Duration renewalInterval();
}
