package io.tenantry.kernel.db;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The control database, through the pool that Quarkus configures. */
final class ControlDatabase {

  @Produces
  @Singleton
  Database controlDatabase(Pool pool, Config config) {
    return new Database(pool, config.timeout());
  }

  @ConfigMapping(prefix = "tenantry.control-database")
  interface Config {

    /** The timeout for a connection to the control database, and for each of its answers. */
    @WithDefault("${tenantry.control-database.patience:10s}")
    Duration timeout();
  }
}
