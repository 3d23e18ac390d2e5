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

  private final ClusterConnections connections;
  private final ClusterSetup setup;
  private final TenantRoles roles;
  private final ClusterLogins logins;
  private final TenantSchemas schemas;
  private final ClusterInventory inventory;

  Cluster(ClusterConnections connections, ClusterSetup setup, TenantRoles roles) {
    this.connections = connections;
    this.setup = setup;
    this.roles = roles;
    this.logins = new ClusterLogins(connections, setup, roles);
    this.schemas = new TenantSchemas(connections, setup, roles, logins);
    this.inventory = new ClusterInventory(connections, setup);
  }

  /** The roles that tenants log in with. */
  public ClusterLogins logins() {
    return logins;
  }

  /** The schemas of the tenants that share a database. */
  public TenantSchemas schemas() {
    return schemas;
  }

  /** What of tenants is on this server. */
  public ClusterInventory inventory() {
    return inventory;
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
  public void prepareNow() {
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

  /** Clones a template. The database admits nobody before {@link #grantAccess}. */
  public void createDatabase(String database, String template) {
    // WAL_LOG: FILE_COPY, quicker for large templates alone, forces two checkpoints a clone.
    admin()
        .execute(
            "CREATE DATABASE %s OWNER %s TEMPLATE %s STRATEGY WAL_LOG ALLOW_CONNECTIONS false"
                .formatted(quote(database), SCRATCH, quote(template)));
  }

  /**
   * Marks a finished database and opens it to the tenant's roles, in one transaction.
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
   * Makes what was provisioned or taken from the pool a tenant's, on the server itself: from then
   * on nothing drops it but the tenant's deletion.
   *
   * @param schema whether the tenant has a schema in the shared database
   * @param from what it was for
   * @param details from which recovery can rebuild the tenant's row, a JSON object
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

  /** Writes down on the server that a tenant was deleted on purpose. */
  public void recordDeletion(UUID tenant) {
    ClusterCatalog.recordDeletion(admin(), tenant);
  }

  /** Adds to what the server knows of a tenant; safe to repeat. */
  public void updateDetails(UUID tenant, String details) {
    ClusterCatalog.updateDetails(admin(), tenant, details);
  }

  /** A session as a tenant's owner role, in its database. */
  public OwnerSession asOwner(String database, String role) {
    prepare();
    return connections.asRole(database, ClusterRoles.owner(role));
  }

  /** Whether a tenant can log in with this connection string. */
  public boolean canLogIn(String connectionString) {
    return connections.canLogIn(connectionString);
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

  /** Takes a tenant's database out of use without losing anything; returns its new name. */
  public String quarantine(UUID tenant, String database) {
    setup.prepareToDrop();
    return connections
        .drops()
        .inSession(session -> new ObjectRemoval(objects()).quarantine(session, database, tenant));
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
    List<String> here = connections.describeSession(database, schema, role, credentials);
    if (!here.equals(List.of(database, credentials.role(), role, schema))) {
      throw new IllegalStateException("the tenant's connection leads elsewhere: " + database);
    }
  }

  /** The tenant's connection string, a URL as libpq and most drivers read it. */
  public String connectionString(String database, Credentials credentials) {
    return access().connectionString(database, credentials.role(), credentials.password()).url();
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
