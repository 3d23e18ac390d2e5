package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.cluster.ClusterRoles.CONTENT;
import static io.tenantry.kernel.cluster.ClusterRoles.DUMP;
import static io.tenantry.kernel.cluster.ClusterRoles.OWNER;
import static io.tenantry.kernel.cluster.ClusterRoles.SCRATCH;
import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.MarkChanges;
import io.tenantry.kernel.cluster.ObjectRemoval;
import io.tenantry.kernel.cluster.OwnerSession;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.GoldenTemplateName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A PostgreSQL server with tenants' databases. The admin works in the catalog database. Sessions in
 * a tenant's database, or in one that a blueprint fills, use roles without rights outside that
 * database ({@link ClusterRoles}).
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>A new database belongs to {@code tenantry_scratch}, has no mark and accepts no connections,
 *       so an unfinished one can be distinguished from one that held data. Its mark, owner and
 *       grants are set in one transaction.
 *   <li>Grants on a template are not cloned, and PUBLIC may connect to every new database.
 *   <li>Only {@link ClusterObjects} drops, renames and changes the owner of objects.
 * </ul>
 */
public final class Cluster {

  /** The database shared by tenants with schema isolation. */
  public static final String SHARED = "tenantry_shared";

  private final ClusterConnections connections;
  private final ClusterSetup setup;
  private final TenantRoles roles;
  private final ClusterLogins logins;
  private final TenantSchemas schemas;
  private final ClusterInventory inventory;
  private final ClusterUsage usage;

  Cluster(ClusterConnections connections, ClusterSetup setup, TenantRoles roles) {
    this.connections = connections;
    this.setup = setup;
    this.roles = roles;
    this.logins = new ClusterLogins(connections, setup, roles);
    this.schemas = new TenantSchemas(connections, setup, roles, logins);
    this.inventory = new ClusterInventory(connections, setup);
    this.usage = new ClusterUsage(connections, setup);
  }

  /** Manages the login roles of tenants. */
  public ClusterLogins logins() {
    return logins;
  }

  /** Manages the schemas of tenants in the shared database. */
  public TenantSchemas schemas() {
    return schemas;
  }

  /** Lists the databases, schemas and roles on this server. */
  public ClusterInventory inventory() {
    return inventory;
  }

  /** Measures the usage of tenants. */
  public ClusterUsage usage() {
    return usage;
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
   * Verifies that the server is the registered one, and creates missing groups and the catalog. The
   * result is cached for some seconds.
   *
   * @throws io.tenantry.kernel.error.TenantryException {@code CLUSTER_MISMATCH}, {@code
   *     CLUSTER_EXISTS}, {@code CLUSTER_NOT_PREPARED}, {@code REGION_UNAVAILABLE}
   */
  void prepare() {
    setup.prepare();
  }

  /** Why the server cannot be used now; empty if it responds and is the registered one. */
  public Optional<RuntimeException> failure() {
    return setup.failure();
  }

  /** Whether {@link #failure} recently found the server unavailable; makes no request. */
  public boolean failedRecently() {
    return setup.recentFailure().isPresent();
  }

  /** Throws the exception that {@link #failure} returns. */
  public void requireUsable() {
    failure()
        .ifPresent(
            failure -> {
              throw failure;
            });
  }

  /** {@link #prepare} without the cache. */
  public void prepareNow() {
    setup.prepareNow();
  }

  /** Records the control database's generation on the server. */
  public void writeGeneration(long generation) {
    setup.writeGeneration(generation);
  }

  /** The highest generation of the control database that the server has recorded. */
  public OptionalLong generation() {
    prepare();
    return setup.generation();
  }

  /** Closes the admin's sessions; the cluster cannot be used afterwards. */
  void close() {
    connections.close();
  }

  /** Tests the admin's login with a new connection. */
  void tryLogin() {
    connections.tryAdminLogin();
  }

  /** Inspects a server that is not registered yet; returns its system identifier. */
  long examine() {
    return setup.examine();
  }

  /** The only way to drop, rename or change the owner of objects. */
  public ClusterObjects objects() {
    return setup.objects();
  }

  /** The admin's sessions in the catalog database. */
  public Database admin() {
    prepare();
    return connections.admin();
  }

  /** Clones a template. The database accepts no connections before {@link #grantAccess}. */
  public void createDatabase(String database, String template) {
    // WAL_LOG: FILE_COPY is faster for large templates only, and forces two checkpoints per clone.
    admin()
        .execute(
            "CREATE DATABASE %s OWNER %s TEMPLATE %s STRATEGY WAL_LOG ALLOW_CONNECTIONS false"
                .formatted(quote(database), SCRATCH, quote(template)));
  }

  /**
   * Marks a finished database and grants CONNECT to the tenant's roles, in one transaction.
   *
   * @param purpose {@code PROVISIONING} or {@code POOL}
   */
  public void grantAccess(UUID tenant, String role, String database, Purpose purpose) {
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
   * Marks a provisioned database or schema as a tenant's, on the server. From then on only the
   * tenant's deletion drops it.
   *
   * @param schema true for a schema in the shared database, false for a database
   * @param from the current purpose
   * @param details a JSON object from which recovery can rebuild the tenant's row
   */
  public void markAsTenant(UUID tenant, String role, boolean schema, Purpose from, String details) {
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

  /** Records on the server that a tenant was deleted intentionally. */
  public void recordDeletion(UUID tenant) {
    ClusterCatalog.recordDeletion(admin(), tenant);
  }

  /** Merges details of a tenant into the server's catalog; safe to repeat. */
  public void updateDetails(UUID tenant, String details) {
    ClusterCatalog.updateDetails(admin(), tenant, details);
  }

  /** Opens a session as a tenant's owner role, in the tenant's database. */
  public OwnerSession asOwner(String database, String role) {
    prepare();
    return connections.asRole(database, ClusterRoles.owner(role));
  }

  /** Whether the tenant can log in with this connection string. */
  public boolean canLogIn(String connectionString) {
    return connections.canLogIn(connectionString);
  }

  /** Changes the purpose in the mark of a database or schema, if it has the expected one. */
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
   * Drops a database and terminates its sessions, if it has the expected mark or is unfinished.
   * Each drop waits for a checkpoint, which takes seconds after many clones, so few run in parallel
   * and with a longer timeout.
   *
   * @return false if the database does not exist
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if it has another mark
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

  /** Closes and renames a tenant's database without dropping it; returns its new name. */
  public String quarantine(UUID tenant, String database) {
    setup.prepareToDrop();
    return connections
        .drops()
        .inSession(session -> new ObjectRemoval(objects()).quarantine(session, database, tenant));
  }

  /** {@link #verify(String, String, String, Credentials)} for the tenant's role itself. */
  public void verify(String database, String schema, Credentials credentials) {
    verify(database, schema, credentials.role(), credentials);
  }

  /**
   * Logs in as the tenant with a new connection and verifies the session's database, roles and
   * schema. The tenant's own session settings are overridden.
   *
   * @param schema a schema that the role must be able to use
   * @param role the role that the session must act as
   * @throws IllegalStateException if the session has another database, role or schema
   */
  public void verify(String database, String schema, String role, Credentials credentials) {
    List<String> here = connections.describeSession(database, schema, role, credentials);
    if (!here.equals(List.of(database, credentials.role(), role, schema))) {
      throw new IllegalStateException(
          "the tenant's login reaches the wrong database, role or schema: expected database "
              + database);
    }
  }

  /** The tenant's connection string, a URL that libpq and most drivers accept. */
  public String connectionString(String database, Credentials credentials) {
    return access().connectionString(database, credentials.role(), credentials.password()).url();
  }

  /**
   * Marks a golden template that a version of Tenantry without marks created. It is identified by
   * its name, its owner, and by being a closed template.
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
                                Mark.withoutTenant(objects().installation(), Purpose.TEMPLATE))));
  }

  /** Converts tenants that versions of Tenantry without marks created. */
  public ClusterConversion conversion() {
    prepare();
    return new ClusterConversion(connections, objects(), roles);
  }

  /** Creates an empty database, which accepts no connections yet. */
  void createEmpty(String database, String locale) {
    admin()
        .execute(
            "CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING 'UTF8' LOCALE %s ALLOW_CONNECTIONS false"
                .formatted(quote(database), SCRATCH, literal(locale)));
  }
}
