package io.tenantry.backup.postgres;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.db.Logins;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;

/** Opens the admin's sessions. */
@Singleton
public final class Clusters {

  private final Logins logins;
  private final Config config;

  Clusters(Logins logins, Config config) {
    this.logins = logins;
    this.config = config;
  }

  /** A session in a database, where statements may take long. */
  public Session open(ClusterAccess admin, String database) {
    return open(admin, database, config.statementTimeout());
  }

  /** A session in the maintenance database. */
  public Session open(ClusterAccess admin) {
    return open(admin, admin.maintenanceDatabase());
  }

  /** A session in a database whose statements the server ends after so long. */
  public Session open(ClusterAccess admin, String database, Duration limit) {
    return open(admin, database, limit, Map.of());
  }

  /** {@link #open(ClusterAccess, String, Duration)} with settings of the session. */
  public Session open(
      ClusterAccess admin, String database, Duration limit, Map<String, String> settings) {
    return Session.open(logins, admin, database, limit, config.heartbeat(), settings);
  }

  @ConfigMapping(prefix = "tenantry.backup.cluster")
  interface Config {

    /** How long one statement may take, such as counting a large table's rows. */
    @WithDefault("6h")
    Duration statementTimeout();

    /** How often the server is asked whether it still works at a statement that takes long. */
    @WithDefault("15s")
    Duration heartbeat();
  }
}
