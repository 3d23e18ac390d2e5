package io.tenantry.kernel.db;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.runtime.BackgroundTasks;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;

/**
 * Ready only when all migrations of the service's schema are applied, be it by the service at its
 * start or, with that turned off, by whoever does it instead. The schema is looked at in the
 * background until it is complete, and never again: a probe costs nothing.
 */
@Singleton
@Readiness
public final class MigrationsHealth implements HealthCheck {

  private static final Logger LOG = Logger.getLogger(MigrationsHealth.class);

  private final Flyway flyway;
  private final Config config;
  private final BackgroundTasks background;
  private volatile boolean applied;

  MigrationsHealth(Flyway flyway, Config config, BackgroundTasks background) {
    this.flyway = flyway;
    this.config = config;
    this.background = background;
  }

  void start(@Observes StartupEvent started) {
    background.untilDone("migrations-health", config.interval(), this::look);
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("migrations").status(applied).build();
  }

  private boolean look() {
    applied = noneIsPending();
    return applied;
  }

  private boolean noneIsPending() {
    try {
      int pending = flyway.info().pending().length;
      if (pending > 0) {
        LOG.warnf("%d migrations are pending", pending);
      }
      return pending == 0;
    } catch (FlywayException e) {
      LOG.warnf("the migrations could not be looked at, it is tried again: %s", e.getMessage());
      return false;
    }
  }

  @ConfigMapping(prefix = "tenantry.migrations")
  interface Config {

    /** How long to wait before a schema with pending migrations is looked at again. */
    @WithDefault("2s")
    Duration interval();
  }
}
