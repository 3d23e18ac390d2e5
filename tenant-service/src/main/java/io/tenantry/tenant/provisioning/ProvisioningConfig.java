package io.tenantry.tenant.provisioning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Leases and retries of provisioning. */
@ConfigMapping(prefix = "tenantry.provisioning")
interface ProvisioningConfig {

  /**
   * The duration of a lease: another replica takes over the tenants of an unresponsive replica
   * after this time ({@code PROVISIONING_LEASE}). It should be at least three times the renewal
   * interval.
   */
  @WithDefault("30s")
  Duration lease();

  /** The delay before a failed rollback or deletion is retried. */
  @WithDefault("5s")
  Duration retryDelay();

  /**
   * The run time after which a provisioning records its progress after each stage; a faster one
   * records its steps only with its activation.
   */
  @WithDefault("1s")
  Duration noteAfter();

  /** The interval between renewals of leases. */
  @WithDefault("10s")
  Duration renewalInterval();
}
