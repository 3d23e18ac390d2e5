package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.cluster.ClusterRoles.APP;
import static io.tenantry.kernel.cluster.ClusterRoles.CONTENT;
import static io.tenantry.kernel.cluster.ClusterRoles.DUMP;
import static io.tenantry.kernel.cluster.ClusterRoles.OWNER;
import static io.tenantry.kernel.cluster.ClusterRoles.SCHEMA_CREATORS;
import static io.tenantry.kernel.cluster.ClusterRoles.SCRATCH;
import static io.tenantry.kernel.cluster.ClusterRoles.SHARED_APP;
import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.ClusterSessions;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.MarkChanges;
import io.tenantry.kernel.cluster.ObjectRemoval;
import io.tenantry.kernel.cluster.OwnerSession;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.GoldenTemplateName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * A PostgreSQL server that holds tenants' databases. The admin's work is done in the catalog
 * database; what runs inside a tenant's database, or one that a blueprint fills, logs in as a role
 * without rights beyond it ({@link ClusterRoles}).
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>A database belongs to {@code tenantry_scratch} from the statement that creates it, bears no
 *       mark and admits nobody: so a half-made one can be told from one that ever held data. It
 *       gets its mark, its owner and its grants in one transaction.
 *   <li>GRANTs on a template are not cloned, and PUBLIC may connect to every new database.
 *   <li>{@link ClusterObjects} alone drops, renames and hands over.
 * </ul>
 */
public final class Cluster {

  /** The database that tenants share who have a schema of their own. */
  public static final String SHARED = "tenantry_shared";

  static final String UNDEFINED_DATABASE = "3D000";

  /** Sessions of migrations, restores and counts of one tenant at once. */
  static final int OWNER_CONNECTIONS = 20;

  private static final Logger LOG = Logger.getLogger(Cluster.class);

  private final ClusterConnections connections;
  private final ClusterSetup setup;
  private final TenantRoles roles;

  Cluster(ClusterConnections connections, ClusterSetup setup, TenantRoles roles) {
    this.connections = connections;
    this.setup = setup;
    this.roles = roles;
  }

  ClusterAccess access() {
    return connections.access();
  }

  public String name() {
    return access().name();
  }

  public String host() {
    return access().host();
  }

  public int port() {
    return access().port();
  }

  ClusterConnections connections() {
    return connections;
  }

  /**
   * Looks whether the server is the registered one and has what Tenantry needs, and creates what is
   * missing. What was found is good for some seconds.
   *
   * @throws io.tenantry.kernel.error.TenantryException {@code CLUSTER_MISMATCH}, {@code
   *     CLUSTER_EXISTS}, {@code CLUSTER_NOT_PREPARED}, {@code REGION_UNAVAILABLE}
   */
  void prepare() {
    setup.prepare();
  }

  /** Why the server cannot be used now; empty if it answers and is the registered one. */
  public Optional<RuntimeException> failure() {
    return setup.failure();
  }

  /** Whether {@link #failure} found one some seconds ago; asks nothing. */
  public boolean failedRecently() {
    return setup.recentFailure().isPresent();
  }

  /** Throws what {@link #failure} returns. */
  public void requireUsable() {
    failure()
        .ifPresent(
            failure -> {
              throw failure;
            });
  }

  /** {@link #prepare}, whenever it was done last. */
  public void compareNow() {
    setup.prepareNow();
  }

  /** Writes down on the server that the control database has reached this generation. */
  public void writeGeneration(long generation) {
    setup.writeGeneration(generation);
  }

  /** The highest generation of a control database that the server has seen. */
  public OptionalLong generation() {
    prepare();
    return setup.generation();
  }

  /** Ends the admin's sessions; nothing more can be done with it. */
  void close() {
    connections.close();
  }

  /** Logs in as the admin and out again, over a connection of its own. */
  void tryLogin() {
    connections.tryAdminLogin();
  }

  /** Looks at a server that is not registered yet; returns its system identifier. */
  long examine() {
    return setup.examine();
  }

  /** The one door for what drops, renames or hands over. */
  public ClusterObjects objects() {
    return setup.objects();
  }

  /** The admin's access to the catalog database. */
  public Database admin() {
    prepare();
    return connections.admin();
  }

  /** Clones a template. The database admits nobody before {@link #open}. */
  public void createDatabase(String database, String template) {
    // WAL_LOG: FILE_COPY, quicker for large templates alone, forces two checkpoints a clone.
    admin()
        .execute(
            "CREATE DATABASE %s OWNER %s TEMPLATE %s STRATEGY WAL_LOG ALLOW_CONNECTIONS false"
                .formatted(quote(database), SCRATCH, quote(template)));
  }

  /**
   * Creates a tenant's login role and its owner role. Their commit need not wait for the disk: they
   * are of no use before {@link #open}, whose commit on the same server has them on disk, too.
   */
  public void createRoles(UUID tenant, Credentials credentials, int connectionLimit) {
    admin()
        .execute(
            "SELECT set_config('synchronous_commit', 'off', true);\n"
                + roles.create(tenant, credentials, connectionLimit, APP)
                + roles.createOwner(
                    tenant, credentials.role(), OWNER_CONNECTIONS, Purpose.OWNER, CONTENT));
  }

  /**
   * Marks a finished database and opens it to the tenant's roles, in one transaction.
   *
   * @param purpose {@code PROVISIONING} or {@code POOL}
   */
  public void open(UUID tenant, String role, String database, Purpose purpose) {
    admin()
        .execute(
            """
            REVOKE ALL ON DATABASE %1$s FROM PUBLIC;
            GRANT CONNECT, TEMPORARY ON DATABASE %1$s TO %2$s;
            GRANT CONNECT ON DATABASE %1$s TO %3$s, %4$s;
            GRANT CREATE, TEMPORARY ON DATABASE %1$s TO %5$s;
            %6$s;
            ALTER DATABASE %1$s OWNER TO %7$s;
            ALTER DATABASE %1$s ALLOW_CONNECTIONS true;
            """
                .formatted(
                    quote(database),
                    quote(role),
                    quote(ClusterRoles.owner(role)),
                    DUMP,
                    CONTENT,
                    objects().marking(Kind.DATABASE, database, mark(purpose, tenant)),
                    OWNER));
  }

  /**
   * Makes what was provisioned or taken from the pool a tenant's, on the server itself: from then
   * on nothing drops it but the tenant's deletion.
   *
   * @param schema whether the tenant has a schema in the shared database
   * @param from what it was for
   * @param details from which recovery can rebuild the tenant's row, a JSON object
   */
  public void handOver(UUID tenant, String role, boolean schema, Purpose from, String details) {
    ClusterCatalog.handOver(
        admin(),
        objects(),
        new ClusterCatalog.HandOver(
            schema ? Kind.ROLE : Kind.DATABASE,
            schema ? ClusterRoles.owner(role) : role,
            mark(from, tenant),
            mark(Purpose.TENANT, tenant),
            role,
            details));
  }

  /** Writes down on the server that a tenant was deleted on purpose. */
  public void recordDeletion(UUID tenant) {
    ClusterCatalog.recordDeletion(admin(), tenant);
  }

  /** Adds to what the server knows of a tenant; safe to repeat. */
  public void updateDetails(UUID tenant, String details) {
    ClusterCatalog.updateDetails(admin(), tenant, details);
  }

  /** Writes down on the server which of its roles a tenant logs in with, as far as that can be. */
  public void recordLogin(UUID tenant, String role) {
    try {
      updateDetails(tenant, "{\"login_role\": \"%s\"}".formatted(role));
    } catch (RuntimeException e) {
      LOG.warnf("tenant=%s its login is not in the catalog yet: %s", tenant, e.getMessage());
    }
  }

  /** What a tenant's database, or else its schema, is for by its own mark. */
  public Optional<Purpose> purposeOf(String role, UUID tenant) {
    return ClusterObjects.mark(admin(), Kind.DATABASE, role)
        .or(() -> ClusterObjects.mark(admin(), Kind.ROLE, ClusterRoles.owner(role)))
        .filter(mark -> mark.equals(mark(mark.purpose(), tenant)))
        .map(Mark::purpose);
  }

  /** A session as a tenant's owner role, in its database. */
  public OwnerSession asOwner(String database, String role) {
    prepare();
    return connections.asRole(database, ClusterRoles.owner(role));
  }

  /** Whether a tenant can log in with this connection string. */
  public boolean admits(String connectionString) {
    return connections.admits(connectionString);
  }

  /** Changes what a database, or a schema, is for, if it is for what is expected. */
  public void changePurpose(UUID tenant, String role, boolean schema, Purpose from, Purpose to) {
    new MarkChanges(objects())
        .change(
            admin(),
            schema ? Kind.ROLE : Kind.DATABASE,
            schema ? ClusterRoles.owner(role) : role,
            mark(from, tenant),
            mark(to, tenant));
  }

  private Mark mark(Purpose purpose, UUID tenant) {
    return Mark.of(objects().installation(), purpose, tenant);
  }

  /**
   * Drops a database with all its sessions, if it bears the expected mark or is not finished. It
   * waits for a checkpoint, which after a burst of clones takes seconds: few at a time, and with a
   * longer timeout.
   *
   * @return false if there is none of this name
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if it is something else
   */
  public boolean dropDatabase(String database, Expected expected) {
    if (expected.tenant().isPresent()) {
      setup.prepareToDrop();
    } else {
      prepare();
    }
    return connections
        .drops()
        .inSession(
            session -> new ObjectRemoval(objects()).dropDatabase(session, database, expected));
  }

  /**
   * Ends a tenant's sessions for good and drops its schema, and all else in the shared database
   * that belongs to its roles; none of that name is fine too.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if it is another's
   */
  public boolean dropSchema(String role, Expected expected) {
    setup.prepareToDrop();
    return connections
        .drops()
        .inSession(
            session ->
                new ObjectRemoval(objects())
                    .dropSchema(
                        session,
                        role,
                        expected,
                        () -> {
                          // Only now it is known whose sessions end.
                          blockLogins(
                              expected.tenant().orElseThrow(),
                              Set.of(role, ClusterRoles.second(role)));
                          return connections.asRole(SHARED, ClusterRoles.owner(role));
                        }));
  }

  /**
   * Drops a tenant's roles; none of that name is fine too.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if one is another's
   */
  public void dropRoles(UUID tenant, String role) {
    setup.prepareToDrop();
    connections
        .drops()
        .inSession(
            session -> {
              new ObjectRemoval(objects()).dropRoles(session, role, tenant);
              return true;
            });
  }

  /** Drops a role that a blueprint's SQL ran as. */
  void dropBuildRole(String role) {
    prepare();
    connections
        .drops()
        .inSession(
            session -> {
              new ObjectRemoval(objects()).dropBuildRole(session, role);
              return true;
            });
  }

  /** Takes a tenant's database out of use without losing anything; returns its new name. */
  public String quarantine(UUID tenant, String database) {
    setup.prepareToDrop();
    return connections
        .drops()
        .inSession(session -> new ObjectRemoval(objects()).quarantine(session, database, tenant));
  }

  /** Takes a tenant's schema out of use without losing anything: nobody can log in to it. */
  public void quarantineSchema(UUID tenant, String role) {
    changePurpose(tenant, role, true, Purpose.TENANT, Purpose.QUARANTINE);
    blockLogins(tenant, Set.of(role, ClusterRoles.second(role)));
  }

  /**
   * Gives a tenant's role, or its second one, a new password. The second is a member of the role
   * and acts as it, with its limit and settings. Sessions with the previous password end.
   *
   * @param role the tenant's role
   * @param credentials of that role or of its second
   */
  public void renewCredentials(UUID tenant, String role, Credentials credentials) {
    prepare();
    roles.renew(tenant, role, credentials);
  }

  /** Keeps a tenant's role from logging in, ends its sessions and forgets its password. */
  public void retireCredentials(UUID tenant, String role) {
    blockLogins(tenant, Set.of(role));
    roles.forgetPassword(role);
  }

  /**
   * Keeps a tenant's roles, those of them that exist, from logging in, and ends their sessions.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if one is no login of this tenant
   */
  public void blockLogins(UUID tenant, Set<String> logins) {
    prepare();
    roles.permitLogin(tenant, logins, false);
    ClusterSessions.endOf(connections.admin(), logins);
  }

  /**
   * Lets a tenant's roles, those of them that exist, log in.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if one is no login of this tenant
   */
  public void permitLogins(UUID tenant, Set<String> logins) {
    prepare();
    roles.permitLogin(tenant, logins, true);
  }

  /** Ends the sessions of tenants' roles that may not log in; returns how many there were. */
  int endBlockedSessions() {
    return ClusterSessions.endBlocked(admin());
  }

  /**
   * Creates a tenant's roles, and in the shared database its schema, which its owner role fills.
   *
   * @param purpose {@code PROVISIONING} or {@code POOL}
   * @param fill makes all that is in the schema, in one transaction
   */
  void createSchema(
      UUID tenant,
      Credentials credentials,
      int connectionLimit,
      Purpose purpose,
      SchemaScript fill) {
    String schema = credentials.role();
    String owner = ClusterRoles.owner(schema);
    admin()
        .execute(
            roles.create(tenant, credentials, connectionLimit, SHARED_APP)
                + "ALTER ROLE %s IN DATABASE %s SET search_path = %s;\n"
                    .formatted(quote(schema), SHARED, SchemaScript.searchPath(schema))
                + roles.createOwner(tenant, schema, OWNER_CONNECTIONS, purpose, SCHEMA_CREATORS));
    connections.fill(
        SHARED,
        owner,
        inside -> {
          SchemaScript.create(inside, schema);
          inside.commit();
          connections.admin().execute("REVOKE %s FROM %s".formatted(SCHEMA_CREATORS, quote(owner)));
          fill.fill(inside, schema, schema);
        });
  }

  /** {@link #verify(String, String, String, Credentials)} of the tenant's role itself. */
  public void verify(String database, String schema, Credentials credentials) {
    verify(database, schema, credentials.role(), credentials);
  }

  /**
   * Logs in as the tenant over a new connection and looks around. What the tenant has set for its
   * own sessions does not count.
   *
   * @param schema a schema that the role must be able to use
   * @param role the role that it has to act as
   * @throws IllegalStateException if it is somewhere, or someone, else
   */
  public void verify(String database, String schema, String role, Credentials credentials) {
    List<String> here = connections.look(database, schema, role, credentials);
    if (!here.equals(List.of(database, credentials.role(), role, schema))) {
      throw new IllegalStateException("the tenant's connection leads elsewhere: " + database);
    }
  }

  /** The tenant's connection string, a URL as libpq and most drivers read it. */
  public String connectionString(String database, Credentials credentials) {
    return access().connectionString(database, credentials.role(), credentials.password()).url();
  }

  /** The databases on this server that bear a mark, or that Tenantry's group roles own. */
  public List<FoundDatabase> databases() {
    return FoundDatabase.all(admin());
  }

  /**
   * The tenants' roles on this server with their marks; a schema's owner role has the mark of the
   * schema.
   */
  public Map<String, Optional<Mark>> tenantRoles() {
    Map<String, Optional<Mark>> found = new TreeMap<>();
    // Since version 16 the creator of a group is a member, too.
    admin()
        .run(
            """
            SELECT rolname, shobj_description(oid, 'pg_authid')
            FROM pg_roles
            WHERE shobj_description(oid, 'pg_authid') ~ '^tenantry (login|owner|pool|provisioning|tenant|quarantine) '
              OR oid IN (
                SELECT member
                FROM pg_auth_members
                WHERE roleid IN ('%s'::regrole, '%s'::regrole)
              ) AND rolname <> current_user
            """
                .formatted(APP, SHARED_APP))
        .forEach(row -> found.put(row.getString(0), Mark.parse(row.getString(1))));
    return found;
  }

  /** Those of these databases that are on this server, of any owner. */
  public Set<String> existingDatabases(Collection<String> names) {
    return among(
        admin(), "SELECT datname FROM pg_database WHERE datname = ANY ($1::text[])", names);
  }

  /** Those of these schemas that are in the shared database, of any owner. */
  public Set<String> existingSchemas(Collection<String> names) {
    if (names.isEmpty() || existingDatabases(Set.of(SHARED)).isEmpty()) {
      return Set.of();
    }
    try (OwnerSession shared = connections.asRole(SHARED, ClusterRoles.EXTENSIONS)) {
      return among(
          shared, "SELECT nspname FROM pg_namespace WHERE nspname = ANY ($1::text[])", names);
    }
  }

  /** Those of these roles that are on this server. */
  public Set<String> existingRoles(Collection<String> names) {
    return among(admin(), "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[])", names);
  }

  private static Set<String> among(Sql session, String query, Collection<String> names) {
    Set<String> found = new TreeSet<>();
    session
        .run(query, (Object) names.toArray(String[]::new))
        .forEach(row -> found.add(row.getString(0)));
    return found;
  }

  /**
   * Marks a golden template of a version of Tenantry that wrote no marks. By its name, its owner
   * and by being closed and a template it can be nothing else.
   */
  void markOlderTemplate(String template) {
    FoundDatabase.find(admin(), template)
        .filter(
            found ->
                found.comment() == null
                    && found.isGoldenTemplate()
                    && found.owner().equals(OWNER)
                    && template.startsWith(GoldenTemplateName.PREFIX))
        .ifPresent(
            found ->
                connections
                    .admin()
                    .execute(
                        objects()
                            .marking(
                                Kind.DATABASE,
                                template,
                                Mark.noTenants(objects().installation(), Purpose.TEMPLATE))));
  }

  /** What converts tenants of versions of Tenantry that wrote no marks. */
  public ClusterConversion conversion() {
    prepare();
    return new ClusterConversion(connections, objects(), roles);
  }

  /** What creates a database that a blueprint is to fill; nobody may connect to it yet. */
  void createEmpty(String database, String locale) {
    admin()
        .execute(
            "CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING 'UTF8' LOCALE %s ALLOW_CONNECTIONS false"
                .formatted(quote(database), SCRATCH, literal(locale)));
  }
}
