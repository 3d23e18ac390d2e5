package io.tenantry.tenant.provisioning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Set;

/** The warm pool: databases that are ready before anybody asks for them. */
@ConfigMapping(prefix = "tenantry.pool")
interface PoolConfig {

  /**
   * How many are kept ready per blueprint and cluster ({@code POOL_SIZE}); 0 keeps none, and
   * removes those there are.
   */
  int size();

  /** The blueprints they are kept ready of ({@code POOL_BLUEPRINTS}). */
  Set<String> blueprints();

  /** How many are made at once, at most, by one replica. */
  @WithDefault("2")
  int builders();
}
