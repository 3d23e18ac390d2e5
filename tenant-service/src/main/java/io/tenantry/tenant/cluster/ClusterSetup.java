package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.ScramVerifier;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.vertx.sqlclient.Row;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that a server is the registered one and belongs to this installation, and creates the
 * group roles and the catalog database that Tenantry needs there.
 */
final class ClusterSetup {

  private static final Logger LOG = Logger.getLogger(ClusterSetup.class);
  private static final int MIN_VERSION = 15;

  /** How long a verified server is not verified again. */
  private static final Duration CACHE_DURATION = Duration.ofSeconds(15);

  /** The timeout of a server's response, after which another cluster is used. */
  private static final Duration PING_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration SLOW_FAILURE = Duration.ofSeconds(1);
  private static final Duration FAILURE_CACHE_DURATION = Duration.ofSeconds(5);

  /** The object already exists, or another replica has just created it. */
  private static final Set<String> ALREADY_EXISTS = Set.of("42710", "23505", "42P04");

  private static final String OWNER_COMMENT = "Tenantry installation ";

  /** The registry of clusters and their servers. */
  interface Registry {

    /**
     * The cluster's identity, which is recorded now if none is.
     *
     * @throws TenantryException {@code CLUSTER_MISMATCH} if another server is recorded, or {@code
     *     CLUSTER_EXISTS} if the server is recorded as another cluster
     */
    ClusterAccess.Identity identity(String cluster, long systemIdentifier);

    /** Compares the generation on the cluster with that of the control database. */
    void compareGeneration(String cluster, OptionalLong onCluster);

    /**
     * Throws in recovery mode.
     *
     * @throws TenantryException {@code RECOVERY_MODE}
     */
    void requireNormal();
  }

  private static final String SETUP_LOCK = "pg_catalog.hashtextextended('tenantry setup', 0)";

  private final ClusterConnections connections;
  private final Registry registry;
  private final UUID installation;
  private final SecureRandom random;
  private final Clock clock;
  private volatile Instant preparedAt = Instant.MIN;
  private volatile ClusterObjects objects;
  private volatile ClusterAccess.@Nullable Identity identity;
  private volatile @Nullable Failure failure;

  ClusterSetup(
      ClusterConnections connections,
      Registry registry,
      UUID installation,
      SecureRandom random,
      Clock clock) {
    this.connections = connections;
    this.registry = registry;
    this.installation = installation;
    this.random = random;
    this.clock = clock;
    this.objects = new ClusterObjects(installation, OptionalLong.empty());
  }

  ClusterObjects objects() {
    return objects;
  }

  ClusterAccess.Identity identity() {
    ClusterAccess.Identity known = identity;
    if (known == null) {
      prepare();
      known = createOnce();
    }
    return known;
  }

  void prepare() {
    if (clock.instant().isBefore(preparedAt.plus(CACHE_DURATION))) {
      return;
    }
    if (identity == null) {
      createOnce();
    } else {
      objects.requireServer(connections.admin());
    }
    registry.compareGeneration(connections.access().name(), generation());
    preparedAt = clock.instant();
  }

  /** {@link #prepare} for drops, which are refused if the control database is outdated. */
  void prepareToDrop() {
    prepare();
    registry.requireNormal();
  }

  /**
   * Why the server cannot be used now; empty if it responds and is the registered one. A failure
   * that took long is cached for some seconds, so that other callers do not wait for an
   * unresponsive server.
   */
  Optional<RuntimeException> failure() {
    Optional<RuntimeException> recent = recentFailure();
    if (recent.isPresent()) {
      return recent;
    }
    Instant start = clock.instant();
    try {
      ping();
      prepare();
      return Optional.empty();
    } catch (RuntimeException e) {
      Instant now = clock.instant();
      if (e instanceof DatabaseUnavailable
          && Duration.between(start, now).compareTo(SLOW_FAILURE) > 0) {
        failure = new Failure(e, now.plus(FAILURE_CACHE_DURATION));
      }
      return Optional.of(e);
    }
  }

  Optional<RuntimeException> recentFailure() {
    return Optional.ofNullable(failure)
        .filter(last -> clock.instant().isBefore(last.until()))
        .map(Failure::cause);
  }

  private void ping() {
    try {
      // Not with the sessions that create databases, which may all be busy.
      Database.await(connections.maintenance().start("SELECT 1"), PING_TIMEOUT);
    } catch (DatabaseUnavailable e) {
      throw e.at(connections.access().name());
    } catch (SqlError e) {
      // An error is a response, too: before it is prepared, a server has no catalog database.
      LOG.debugf("ping refused cluster=%s: %s", connections.access().name(), e.getMessage());
    }
  }

  private record Failure(RuntimeException cause, Instant until) {}

  /** {@link #prepare} without the cache. */
  void prepareNow() {
    preparedAt = Instant.MIN;
    prepare();
  }

  /** Records the control database's generation in the catalog. */
  void writeGeneration(long generation) {
    connections
        .admin()
        .run(
            """
            INSERT INTO catalog.generations AS known (installation, generation)
            VALUES ($1, $2)
            ON CONFLICT (installation) DO UPDATE
            SET generation = greatest(known.generation, excluded.generation), raised_at = now()
            """,
            installation,
            generation);
  }

  /**
   * Inspects the server without changing it.
   *
   * @return its system identifier
   */
  long examine() {
    Database maintenance = connections.maintenance();
    int version =
        Integer.parseInt(maintenance.one(row -> row.getString(0), "SHOW server_version_num"))
            / 10_000;
    if (version < MIN_VERSION) {
      throw unusable("runs PostgreSQL %d; at least %d is required".formatted(version, MIN_VERSION));
    }
    refuseForeign(ownerComment());
    if (!maintenance.exists("SELECT FROM pg_roles WHERE rolname = $1", ClusterRoles.DUMP)) {
      throw unusable(
          "has no role %s: run deploy/postgres/tenant-cluster.sql".formatted(ClusterRoles.DUMP));
    }
    return ClusterObjects.systemIdentifier(maintenance);
  }

  /** The comment that names the installation that the server belongs to; empty if there is none. */
  private Optional<String> ownerComment() {
    return connections
        .maintenance()
        .first(
            row -> row.getString(0),
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1",
            ClusterRoles.OWNER);
  }

  private void refuseForeign(Optional<String> comment) {
    if (comment.isPresent() && !comment.get().equals(OWNER_COMMENT + installation)) {
      throw unusable("belongs to another control plane (%s)".formatted(comment.get()));
    }
  }

  private synchronized ClusterAccess.Identity createOnce() {
    ClusterAccess.Identity known = identity;
    if (known == null) {
      // Other replicas may prepare the server at the same time. The pool has a single session, so
      // the session that locks also unlocks.
      Database maintenance = connections.maintenance();
      maintenance.run("SELECT pg_catalog.pg_advisory_lock(%s)".formatted(SETUP_LOCK));
      try {
        known = create(examine());
      } finally {
        maintenance.run("SELECT pg_catalog.pg_advisory_unlock(%s)".formatted(SETUP_LOCK));
      }
    }
    return known;
  }

  private ClusterAccess.Identity create(long systemIdentifier) {
    Database maintenance = connections.maintenance();
    for (String group : ClusterRoles.GROUPS) {
      createIfMissing("CREATE ROLE %s NOLOGIN".formatted(group));
    }
    // To create objects owned by these roles, the admin must be a member of them.
    maintenance.execute(
        "GRANT %s, %s, %s TO CURRENT_USER"
            .formatted(ClusterRoles.OWNER, ClusterRoles.SCRATCH, ClusterRoles.CONTENT));
    recordOwner();
    ClusterAccess.Identity found = registry.identity(connections.access().name(), systemIdentifier);
    createIfMissing(
        "CREATE ROLE %s LOGIN CONNECTION LIMIT 10 PASSWORD %s"
            .formatted(
                ClusterRoles.EXTENSIONS,
                literal(
                    ScramVerifier.of(
                        found.roleSecret().passwordOf(ClusterRoles.EXTENSIONS), random))));
    createIfMissing("CREATE DATABASE %s TEMPLATE template0".formatted(ClusterCatalog.DATABASE));
    maintenance.execute(
        "REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(quote(ClusterCatalog.DATABASE)));
    connections.admin().execute(ClusterCatalog.SCRIPT);
    objects = new ClusterObjects(installation, OptionalLong.of(systemIdentifier));
    identity = found;
    return found;
  }

  private void createIfMissing(String statement) {
    try {
      connections.maintenance().execute(statement);
    } catch (SqlError e) {
      if (!ALREADY_EXISTS.contains(e.sqlState())) {
        throw e;
      }
    }
  }

  private void recordOwner() {
    Optional<String> comment = ownerComment();
    refuseForeign(comment);
    if (comment.isEmpty()) {
      connections
          .maintenance()
          .execute(
              "COMMENT ON ROLE %s IS %s"
                  .formatted(ClusterRoles.OWNER, literal(OWNER_COMMENT + installation)));
    }
  }

  OptionalLong generation() {
    for (Row row :
        connections
            .admin()
            .run(
                "SELECT generation FROM catalog.generations WHERE installation = $1",
                installation)) {
      return OptionalLong.of(row.getLong(0));
    }
    return OptionalLong.empty();
  }

  private TenantryException unusable(String reason) {
    return new TenantryException(
        ErrorCode.REGION_UNAVAILABLE,
        "The region's PostgreSQL cluster cannot be used.",
        new IllegalStateException(
            "The cluster " + connections.access().name() + " " + reason + "."));
  }
}
