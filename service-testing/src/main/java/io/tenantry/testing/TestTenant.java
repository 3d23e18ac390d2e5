package io.tenantry.testing;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.localstack.LocalStack;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * A tenant as tenant-service creates it: a row in the registry, a login role with least privilege,
 * and a database or a schema of the shared database.
 */
public final class TestTenant {

  /** The password of all test tenants. */
  public static final String PASSWORD = "a-tenants-password";

  private static final int CONNECTIONS = 20;

  private final UUID id = UUID.randomUUID();
  private final String blueprint;
  private final String version;
  private final String database;
  private final Optional<String> schema;
  private final String role;
  private final String key = newKey();

  private static final String SETTINGS =
      """
      CREATE TABLE settings (key text PRIMARY KEY, value jsonb NOT NULL);
      INSERT INTO settings VALUES ('plan', '"gold"'), ('seats', '12');
      """;

  private TestTenant(boolean ownDatabase) {
    this(ownDatabase, ownDatabase ? "car" : "acquiring", "1");
  }

  private TestTenant(boolean ownDatabase, String blueprint, String version) {
    this.blueprint = blueprint;
    this.version = version;
    String suffix = id.toString().replace('-', '_');
    this.role = (ownDatabase ? "car_" : "acq_") + suffix;
    this.database = ownDatabase ? role : TestCluster.SHARED;
    this.schema = ownDatabase ? Optional.empty() : Optional.of(role);
  }

  /** A tenant with a database of its own. */
  public static TestTenant withDatabase() {
    TestTenant tenant = new TestTenant(true);
    tenant.createRoles();
    TestCluster.createDatabase(tenant.database, TestCluster.EMPTY_DATABASE);
    TestCluster.asAdmin(tenant.database, "ALTER SCHEMA public OWNER TO " + ClusterRoles.CONTENT);
    tenant.handOver();
    tenant.execute(prepare("public", ClusterRoles.APP) + SETTINGS);
    tenant.register();
    return tenant;
  }

  /** A tenant with a schema in the shared database. */
  public static TestTenant withSchema() {
    TestTenant tenant = new TestTenant(false);
    tenant.createRoles();
    tenant.createSchema(prepare(tenant.role, tenant.role) + SETTINGS);
    tenant.register();
    return tenant;
  }

  /** A tenant of a blueprint, at its current version. */
  public static TestTenant of(TestBlueprint blueprint) {
    TestTenant tenant =
        new TestTenant(!blueprint.inSchemas(), blueprint.name(), blueprint.version());
    tenant.createRoles();
    if (blueprint.inSchemas()) {
      tenant.createSchema(
          prepare(tenant.role, tenant.role) + blueprint.fill(tenant.role, tenant.role));
    } else {
      TestCluster.createDatabase(
          tenant.database, "TEMPLATE %s STRATEGY WAL_LOG".formatted(quote(blueprint.template())));
      tenant.handOver();
    }
    tenant.register();
    return tenant;
  }

  /** A tenant of the shipped blueprint car, whose database has an inbox of events. */
  public static TestTenant withInbox() {
    return of(TestBlueprint.car());
  }

  /** Several tenants with inboxes. */
  public static List<TestTenant> withInboxes(int count) {
    return Stream.generate(TestTenant::withInbox).limit(count).toList();
  }

  public UUID id() {
    return id;
  }

  /** An API key with the scopes read and write. */
  public String key() {
    return key;
  }

  /** Adds an API key. */
  public String addKey(String... scopes) {
    String added = newKey();
    storeKey(added, scopes);
    return added;
  }

  private String newKey() {
    return "nm_%d_%032x%032x"
        .formatted(
            System.currentTimeMillis(),
            id.getMostSignificantBits(),
            UUID.randomUUID().getMostSignificantBits());
  }

  private void storeKey(String value, String... scopes) {
    ControlDatabase.execute(
        """
        INSERT INTO control_plane.api_keys (key_id, tenant_id, name, prefix, key_hash, scopes)
        VALUES (gen_random_uuid(), ?, 'key', 'nm', sha256(convert_to(?, 'UTF8')), ?)
        """,
        id,
        value,
        scopes);
  }

  /** Changes the cluster in its record. */
  public void moveTo(String cluster) {
    ControlDatabase.execute(
        "UPDATE control_plane.tenant_databases SET cluster = ? WHERE tenant_id = ?", cluster, id);
  }

  public String database() {
    return database;
  }

  public Optional<String> schema() {
    return schema;
  }

  public String role() {
    return role;
  }

  /** Its schema, or public. */
  public String schemaName() {
    return schema.orElse("public");
  }

  /** A session as the tenant. */
  public Connection connect() throws SQLException {
    return connect(role);
  }

  /**
   * A session as one of the tenant's login roles. Scripts are sent unchanged: the driver would
   * split a function's SQL body at its semicolons.
   */
  public Connection connect(String login) throws SQLException {
    PGSimpleDataSource source = TestCluster.as(database, login, Optional.empty());
    source.setPassword(PASSWORD);
    source.setPreferQueryMode(PreferQueryMode.SIMPLE);
    return source.getConnection();
  }

  /** A session in its database as the owner of migrated objects. */
  public Connection connectAsOwner() throws SQLException {
    return owner().getConnection();
  }

  /** Sessions as the owner of migrated objects. */
  PGSimpleDataSource owner() {
    return TestCluster.as(
        database,
        ClusterRoles.owner(role),
        schema.isPresent() ? Optional.empty() : Optional.of(ClusterRoles.CONTENT));
  }

  /** The owner of migrated objects. */
  public String objectOwner() {
    return schema.isPresent() ? ClusterRoles.owner(role) : ClusterRoles.CONTENT;
  }

  /** Its blueprint version in the registry. */
  public String version() {
    return ControlDatabase.column(
            "SELECT blueprint_version FROM control_plane.tenants WHERE tenant_id = ?", id)
        .getFirst();
  }

  /** Runs a script as the owner, in the tenant's schema. */
  public void execute(String script) {
    Session.execute(
        this::connectAsOwner,
        "SET search_path = %s, public".formatted(quote(schemaName())),
        script);
  }

  /** Runs a script as the tenant. */
  public void run(String script) {
    Session.execute(this::connect, script);
  }

  /** The first column of a query of the tenant. */
  public List<String> column(String query) {
    return Session.column(this::connect, query);
  }

  /** Sets its status in the registry. */
  public void setStatus(String status) {
    ControlPlane.setStatus(id, status);
  }

  /** Removes it completely, as tenant-service does at the end of a deletion. */
  public void remove() {
    forget();
    drop();
    dropRoles();
  }

  /** Marks it as deleted in the registry. */
  public void forget() {
    ControlDatabase.execute("DELETE FROM control_plane.tenant_databases WHERE tenant_id = ?", id);
    setStatus("deleted");
  }

  /** Marks its data as another tenant's. */
  public void mark(UUID tenant) {
    TestCluster.asAdmin(
        "postgres",
        schema.isPresent()
            ? TestCluster.marking("ROLE", ClusterRoles.owner(role), Purpose.TENANT, tenant)
            : TestCluster.marking("DATABASE", database, Purpose.TENANT, tenant));
  }

  /** Creates an extension in the shared database, as tenant-service does. */
  public static void createSharedExtension(String name) {
    TestCluster.makeShared();
    Session.execute(
        TestCluster.as(TestCluster.SHARED, ClusterRoles.EXTENSIONS, Optional.empty())
            ::getConnection,
        "CREATE EXTENSION IF NOT EXISTS %s SCHEMA public".formatted(quote(name)));
  }

  /** Drops its roles. */
  public void dropRoles() {
    TestCluster.asAdmin(
        "postgres",
        "DROP ROLE IF EXISTS %s, %s, %s"
            .formatted(
                quote(ClusterRoles.owner(role)), quote(ClusterRoles.second(role)), quote(role)));
  }

  /** Drops its database or schema. */
  public void drop() {
    if (schema.isEmpty()) {
      TestCluster.asAdmin(
          "postgres", "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(quote(database)));
    } else {
      execute("DROP OWNED BY %s, CURRENT_USER CASCADE".formatted(quote(role)));
    }
  }

  private void createRoles() {
    TestCluster.prepare();
    String owner = ClusterRoles.owner(role);
    TestCluster.asAdmin(
        "postgres",
        """
        CREATE ROLE %1$s LOGIN PASSWORD '%2$s' CONNECTION LIMIT %3$d IN ROLE %4$s;
        CREATE ROLE %5$s LOGIN PASSWORD '%6$s' IN ROLE %1$s%7$s;
        %8$s;
        %9$s;
        """
            .formatted(
                quote(role),
                PASSWORD,
                CONNECTIONS,
                schema.isPresent() ? ClusterRoles.SHARED_APP : ClusterRoles.APP,
                quote(owner),
                TestCluster.password(owner),
                schema.isPresent() ? "" : ", " + ClusterRoles.CONTENT,
                TestCluster.marking("ROLE", role, Purpose.LOGIN, id),
                TestCluster.marking(
                    "ROLE", owner, schema.isPresent() ? Purpose.TENANT : Purpose.OWNER, id)));
  }

  /** Creates its second login role, whose sessions act as the first. */
  public void createSecondRole() {
    String second = ClusterRoles.second(role);
    TestCluster.asAdmin(
        "postgres",
        """
        CREATE ROLE %1$s LOGIN PASSWORD '%2$s' CONNECTION LIMIT %3$d IN ROLE %4$s;
        ALTER ROLE %1$s SET role TO %4$s;
        GRANT %1$s TO %5$s;
        %6$s;
        """
            .formatted(
                quote(second),
                PASSWORD,
                CONNECTIONS,
                quote(role),
                quote(ClusterRoles.owner(role)),
                TestCluster.marking("ROLE", second, Purpose.LOGIN, id)));
  }

  /** Assigns the database to the tenant. */
  private void handOver() {
    TestCluster.asAdmin(
        "postgres",
        """
        %s;
        GRANT CONNECT, TEMPORARY ON DATABASE %2$s TO %3$s;
        GRANT CONNECT ON DATABASE %2$s TO %4$s, %5$s;
        GRANT CREATE, TEMPORARY ON DATABASE %2$s TO %6$s;
        """
            .formatted(
                TestCluster.marking("DATABASE", database, Purpose.TENANT, id),
                quote(database),
                quote(role),
                quote(ClusterRoles.owner(role)),
                ClusterRoles.DUMP,
                ClusterRoles.CONTENT));
  }

  private void createSchema(String fill) {
    TestCluster.makeShared();
    String owner = quote(ClusterRoles.owner(role));
    TestCluster.asAdmin(
        "postgres",
        "GRANT %s TO %s; ALTER ROLE %3$s IN DATABASE %4$s SET search_path = %3$s, public"
            .formatted(ClusterRoles.SCHEMA_CREATORS, owner, quote(role), database));
    execute("CREATE SCHEMA %s".formatted(quote(role)));
    TestCluster.asAdmin(
        "postgres", "REVOKE %s FROM %s".formatted(ClusterRoles.SCHEMA_CREATORS, owner));
    execute(fill);
  }

  /** Grants privileges on everything that a blueprint creates. */
  static String prepare(String schema, String grantee) {
    return """
    REVOKE CREATE ON SCHEMA %1$s FROM PUBLIC;
    GRANT USAGE ON SCHEMA %1$s TO %2$s;
    ALTER DEFAULT PRIVILEGES IN SCHEMA %1$s GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %2$s;
    ALTER DEFAULT PRIVILEGES IN SCHEMA %1$s GRANT USAGE, SELECT ON SEQUENCES TO %2$s;
    """
        .formatted(quote(schema), quote(grantee));
  }

  private void register() {
    ControlPlane.addTenant(id, "active", blueprint, version);
    ControlDatabase.execute(
        """
        INSERT INTO control_plane.tenant_databases (
          tenant_id, cluster, host, port, database_name, schema_name, role_name, connection_string_encrypted, encryption_key_id
        )
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        id,
        ControlPlane.CLUSTER,
        LocalStack.shared().postgres().host(),
        LocalStack.shared().postgres().port(),
        database,
        schema.orElse(null),
        role,
        ControlPlane.encrypt(
            "postgresql://%s:%s@%s:%d/%s?sslmode=prefer"
                .formatted(
                    role,
                    PASSWORD,
                    LocalStack.shared().postgres().host(),
                    LocalStack.shared().postgres().port(),
                    database),
            id.toString()),
        ControlPlane.keyId());
    storeKey(key, "read", "write");
  }
}
