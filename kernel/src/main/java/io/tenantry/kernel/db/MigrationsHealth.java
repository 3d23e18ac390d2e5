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
 * Ready only when all migrations of the service's schema are applied, by the service itself or, if
 * that is switched off, by another process. A service that is upgraded before tenant-service
 * becomes ready when tenant-service has created the views that this version reads. The schemas are
 * checked in the background until they are complete, so that probes need no query.
 */
@Singleton
@Readiness
public final class MigrationsHealth implements HealthCheck {

  private static final Logger LOG = Logger.getLogger(MigrationsHealth.class);

  private static final String IS_OLDER_REGISTRY =
      """
      SELECT to_regclass('control_plane.tenants') IS NOT NULL
        AND to_regclass('control_plane.tenant_counts_v1') IS NULL
      """;

  private final Flyway flyway;
  private final Database database;
  private final Config config;
  private final BackgroundTasks background;
  private volatile boolean applied;

  MigrationsHealth(Flyway flyway, Database database, Config config, BackgroundTasks background) {
    this.flyway = flyway;
    this.database = database;
    this.config = config;
    this.background = background;
  }

  void start(@Observes StartupEvent started) {
    background.untilDone("migrations-health", config.interval(), this::check);
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("migrations").status(applied).build();
  }

  /** Whether the schemas have everything that this version uses. */
  public boolean applied() {
    return applied;
  }

  private boolean check() {
    applied = hasNoPendingMigrations() && !isRegistryOutdated();
    return applied;
  }

  private boolean hasNoPendingMigrations() {
    try {
      int pending = flyway.info().pending().length;
      if (pending > 0) {
        LOG.warnf("migrations are pending count=%d", pending);
      }
      return pending == 0;
    } catch (FlywayException e) {
      LOG.warnf("the migrations could not be checked; retrying: %s", e.getMessage());
      return false;
    }
  }

  private boolean isRegistryOutdated() {
    try {
      boolean older = database.one(row -> row.getBoolean(0), IS_OLDER_REGISTRY);
      if (older) {
        LOG.warn("the views of tenant-service do not exist yet: upgrade tenant-service first");
      }
      return older;
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.warnf("the views of tenant-service could not be checked; retrying: %s", e.getMessage());
      return true;
    }
  }

  @ConfigMapping(prefix = "tenantry.migrations")
  interface Config {

    /** How long to wait before a schema with pending migrations is checked again. */
    @WithDefault("2s")
    Duration interval();
  }
}
