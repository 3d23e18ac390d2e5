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
  private final Duration statementTimeout;

  Clusters(Logins logins, Config config) {
    this.logins = logins;
    this.statementTimeout = config.statementTimeout();
  }

  /** A session in a database, where statements may take long. */
  public Session open(ClusterAccess admin, String database) {
    return Session.open(logins, admin, database, statementTimeout);
  }

  /** A session in the maintenance database. */
  public Session open(ClusterAccess admin) {
    return open(admin, admin.maintenanceDatabase());
  }

  /** A session in a database whose statements the server ends after so long. */
  public Session open(ClusterAccess admin, String database, Duration limit) {
    return Session.open(logins, admin, database, limit);
  }

  /** {@link #open(ClusterAccess, String, Duration)} with settings of the session. */
  public Session open(
      ClusterAccess admin, String database, Duration limit, Map<String, String> settings) {
    return Session.open(logins, admin, database, limit, settings);
  }

  @ConfigMapping(prefix = "tenantry.backup.cluster")
  interface Config {

    /** How long one statement may take, such as counting a large table's rows. */
    @WithDefault("6h")
    Duration statementTimeout();
  }
}
