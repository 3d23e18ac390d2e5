package io.tenantry.tenant.provisioning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Set;

/** The warm pool of databases and schemas that are built before tenants are requested. */
@ConfigMapping(prefix = "tenantry.pool")
interface PoolConfig {

  /**
   * The number of ready entries per blueprint and cluster ({@code POOL_SIZE}); 0 disables the pool
   * and removes existing entries.
   */
  int size();

  /** The blueprints for which entries are built ({@code POOL_BLUEPRINTS}). */
  Set<String> blueprints();

  /** The maximum number of entries that one replica builds in parallel. */
  @WithDefault("2")
  int builders();
}
