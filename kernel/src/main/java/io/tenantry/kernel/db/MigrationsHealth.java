package io.tenantry.kernel.db;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean applied;

  MigrationsHealth(Flyway flyway, Config config) {
    this.flyway = flyway;
    this.config = config;
  }

  void start(@Observes StartupEvent started) {
    Thread.ofVirtual().name("migrations-health").start(this::lookUntilApplied);
  }

  void stop(@Observes ShutdownEvent stopping) {
    stopped.countDown();
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("migrations").status(applied).build();
  }

  private void lookUntilApplied() {
    try {
      do {
        applied = noneIsPending();
      } while (!applied && !stopped.await(config.interval().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
