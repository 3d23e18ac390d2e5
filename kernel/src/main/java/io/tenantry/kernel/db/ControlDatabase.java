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
    return new Database(pool, config.patience());
  }

  @ConfigMapping(prefix = "tenantry.control-database")
  interface Config {

    /** How long a connection, or an answer, of the control database is waited for. */
    @WithDefault("10s")
    Duration patience();
  }
}
