package io.tenantry.backup.postgres;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.backup.installation.Installation;
import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.RoleRepair;
import io.tenantry.kernel.db.Logins;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.migration.ScriptLimits;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions on clusters, each with the role that its purpose needs.
 *
 * <p>Code that a tenant has planted in its database may run in any session there. So the admin has
 * no sessions in a tenant's database: {@link #owner} has privileges on that tenant's data only. As
 * the role that reads everything only pg_dump works there, see {@link Dumps}.
 */
@Singleton
public final class Clusters {

  private static final Logger LOG = Logger.getLogger(Clusters.class);

  /** SQLSTATEs of failed logins that a repair of the role cannot fix. */
  private static final Set<String> NOT_REPAIRABLE = Set.of("3D000", "53300", "57P03", "42501");

  private final Logins logins;
  private final Config config;
  private final Installation installation;
  private final SecureRandom random;
  private final Set<String> withDumpLogin = ConcurrentHashMap.newKeySet();
  private volatile @Nullable UUID installationId;

  Clusters(Logins logins, Config config, Installation installation, SecureRandom random) {
    this.logins = logins;
    this.config = config;
    this.installation = installation;
    this.random = random;
  }

  /** A session of the cluster's admin in Tenantry's own database, which holds no tenant's data. */
  public Session admin(ClusterAccess access) {
    return admin(access, config.statementTimeout());
  }

  /** {@link #admin(ClusterAccess)} with a statement timeout. */
  Session admin(ClusterAccess access, Duration limit) {
    try {
      return open(access, Login.admin(access), ClusterCatalog.DATABASE, limit);
    } catch (SqlError e) {
      if (e.namesMissingDatabase()) {
        throw new TenantryException(
            ErrorCode.CLUSTER_NOT_PREPARED,
            "The cluster %s has no database %s: start tenant-service, which creates it."
                .formatted(access.name(), ClusterCatalog.DATABASE),
            e);
      }
      throw e;
    }
  }

  /** A session of the admin in a new, empty database. */
  Session adminInEmpty(ClusterAccess access, String database) {
    return open(access, Login.admin(access), database, config.statementTimeout());
  }

  /** A session of the owner role of a tenant's data, in its database. */
  public Session owner(ClusterAccess access, TenantData data) {
    return owner(access, data, Login.owner(access, data.role()), config.statementTimeout());
  }

  /**
   * {@link #owner(ClusterAccess, TenantData)} that creates objects as the owner of the blueprint's
   * objects.
   *
   * @param limit how long the server may take for one statement
   * @param lock how long a statement may wait for a lock
   */
  public Session migrator(ClusterAccess access, TenantData data, Duration limit, Duration lock) {
    Login login = Login.owner(access, data.role()).with("TimeZone", "UTC");
    for (Map.Entry<String, String> setting : new ScriptLimits(lock, limit).settings().entrySet()) {
      login = login.with(setting.getKey(), setting.getValue());
    }
    return owner(
            access,
            data,
            data.schema().isPresent() ? login : login.with("role", ClusterRoles.CONTENT),
            limit)
        .limitLockWaits(lock);
  }

  private Session owner(ClusterAccess access, TenantData data, Login login, Duration limit) {
    Session session = logIn(access, login, data.database(), limit);
    try {
      if (hasSettings(session)) {
        session.close();
        LOG.warnf("role has settings; removing them role=%s", login.user());
        session = repair(access, login, () -> open(access, login, data.database(), limit));
      }
      objects(access, knownInstallation())
          .require(session, data.marked(), data.markedName(), data.expected());
      return session;
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** Code that ran as the role may have set them, and they apply to all of its sessions. */
  private static boolean hasSettings(Session session) {
    return session
        .first(
            row -> row.getBoolean(0),
            """
            SELECT EXISTS (
              SELECT
              FROM pg_catalog.pg_db_role_setting
              WHERE setrole = pg_catalog.quote_ident(session_user)::pg_catalog.regrole::pg_catalog.oid
            )
            """)
        .orElseThrow();
  }

  /**
   * Repairs the role that pg_dump logs in as if its login is refused. One login per cluster
   * suffices until {@link #dumpFailed}.
   */
  void prepareDump(ClusterAccess access, String database) {
    if (!withDumpLogin.contains(access.name())) {
      logIn(access, Login.dump(access), database, config.statementTimeout()).close();
      withDumpLogin.add(access.name());
    }
  }

  /** pg_dump failed before it wrote anything; perhaps its login was refused. */
  void dumpFailed(ClusterAccess access) {
    withDumpLogin.remove(access.name());
  }

  private Session logIn(ClusterAccess access, Login login, String database, Duration limit) {
    try {
      return open(access, login, database, limit);
    } catch (SqlError e) {
      if (NOT_REPAIRABLE.contains(e.sqlState())) {
        throw e;
      }
      LOG.infof("login refused; repairing the role role=%s: %s", login.user(), e.getMessage());
      return repair(access, login, () -> open(access, login, database, limit));
    }
  }

  /** Repairs a role under a lock, so that concurrent logins do not repair it at the same time. */
  private Session repair(ClusterAccess access, Login login, Supplier<Session> open) {
    try (Session admin = admin(access)) {
      admin.run("SELECT pg_advisory_lock(hashtextextended('ROLE ' || $1, 0))", login.user());
      requireRole(admin, login.user());
      RoleRepair.repair(admin, login.user(), access.roleSecret(), random);
      return open.get();
    }
  }

  private static void requireRole(Session admin, String role) {
    if (admin
        .first(row -> row.getBoolean(0), "SELECT true FROM pg_roles WHERE rolname = $1", role)
        .isEmpty()) {
      throw new TenantryException(
          ErrorCode.CLUSTER_NOT_PREPARED,
          ("The role %s is missing: tenant-service creates the roles of tenants,"
                  + " deploy/postgres/tenant-cluster.sql creates the others.")
              .formatted(role));
    }
  }

  private Session open(ClusterAccess access, Login login, String database, Duration limit) {
    return Session.open(logins, access, login, database, limit, config.heartbeat());
  }

  /** Returns access to marked objects of a cluster, with a freshly read installation id. */
  public ClusterObjects objects(ClusterAccess access) {
    UUID now = installation.id();
    installationId = now;
    return objects(access, now);
  }

  private static ClusterObjects objects(ClusterAccess access, UUID installation) {
    return new ClusterObjects(
        installation,
        access.identity().isPresent()
            ? OptionalLong.of(access.identity().get().systemIdentifier())
            : OptionalLong.empty());
  }

  /** Read once; this suffices for comparisons, by which nothing is dropped. */
  private UUID knownInstallation() {
    UUID known = installationId;
    if (known == null) {
      known = installation.id();
      installationId = known;
    }
    return known;
  }

  @ConfigMapping(prefix = "tenantry.backup.cluster")
  interface Config {

    /** How long one statement may take, such as counting a large table's rows. */
    @WithDefault("6h")
    Duration statementTimeout();

    /** How often the server is asked whether it still runs a long statement. */
    @WithDefault("15s")
    Duration heartbeat();
  }
}
