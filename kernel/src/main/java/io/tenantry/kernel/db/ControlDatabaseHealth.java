package io.tenantry.kernel.db;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready only while the control database responds, checked through the service's own pool. Quarkus'
 * own check would open another JDBC connection for every probe.
 */
@Singleton
@Readiness
public final class ControlDatabaseHealth implements HealthCheck {

  private final Database database;

  ControlDatabaseHealth(Pool pool, Config config) {
    this.database = new Database(pool, config.timeout());
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("control-database").status(answers()).build();
  }

  private boolean answers() {
    try {
      database.run("SELECT 1");
      return true;
    } catch (TenantryException | SqlError e) {
      return false;
    }
  }

  @ConfigMapping(prefix = "tenantry.control-database.health")
  interface Config {

    /** How long the control database may take to respond before it counts as unavailable. */
    @WithDefault("${tenantry.control-database.health.patience:2s}")
    Duration timeout();
  }
}
