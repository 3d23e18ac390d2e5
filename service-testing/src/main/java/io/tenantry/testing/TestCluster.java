package io.tenantry.testing;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.localstack.LocalStack;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

/** The local cluster, prepared as tenant-service prepares clusters: groups, catalog, marks. */
final class TestCluster {

  static final String SHARED = "shared_tenants";
  static final String EMPTY_DATABASE = "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'";

  private static final String BUILDER = "template_builder";

  private static boolean prepared;
  private static boolean sharedMade;

  private TestCluster() {}

  /** Creates the groups and the catalog database, once. */
  static void prepare() {
    ControlPlane.prepare();
    synchronized (TestCluster.class) {
      if (prepared) {
        return;
      }
      for (String group : ClusterRoles.GROUPS) {
        createRole(group, "NOLOGIN");
      }
      asAdmin(
          "postgres",
          "GRANT %s, %s, %s TO CURRENT_USER"
              .formatted(ClusterRoles.OWNER, ClusterRoles.SCRATCH, ClusterRoles.CONTENT));
      createRole(
          ClusterRoles.EXTENSIONS,
          "LOGIN PASSWORD '%s'".formatted(password(ClusterRoles.EXTENSIONS)));
      createRole(
          BUILDER,
          "LOGIN PASSWORD '%s' IN ROLE %s".formatted(password(BUILDER), ClusterRoles.CONTENT));
      if (isMissing(ClusterCatalog.DATABASE)) {
        asAdmin("postgres", "CREATE DATABASE " + ClusterCatalog.DATABASE);
        asAdmin(
            "postgres", "REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(ClusterCatalog.DATABASE));
      }
      asAdmin(ClusterCatalog.DATABASE, ClusterCatalog.SCRIPT);
      prepared = true;
    }
  }

  /** Creates the shared database once. */
  static void makeShared() {
    prepare();
    synchronized (TestCluster.class) {
      if (sharedMade) {
        return;
      }
      if (isMissing(SHARED)) {
        createDatabase(SHARED, EMPTY_DATABASE);
        asAdmin(
            "postgres",
            """
            GRANT CONNECT, TEMPORARY ON DATABASE %1$s TO %2$s;
            GRANT CONNECT ON DATABASE %1$s TO %3$s;
            GRANT CREATE ON DATABASE %1$s TO %4$s;
            GRANT CONNECT, CREATE ON DATABASE %1$s TO %5$s;
            """
                .formatted(
                    SHARED,
                    ClusterRoles.SHARED_APP,
                    ClusterRoles.DUMP,
                    ClusterRoles.SCHEMA_CREATORS,
                    ClusterRoles.EXTENSIONS));
        asAdmin(
            SHARED,
            """
            REVOKE ALL ON SCHEMA public FROM PUBLIC;
            GRANT USAGE ON SCHEMA public TO %s;
            GRANT USAGE, CREATE ON SCHEMA public TO %s;
            """
                .formatted(ClusterRoles.SHARED_APP, ClusterRoles.EXTENSIONS));
      }
      sharedMade = true;
    }
  }

  private static boolean isMissing(String database) {
    return ControlDatabase.column("SELECT 1 FROM pg_database WHERE datname = ?", database)
        .isEmpty();
  }

  private static void createRole(String role, String options) {
    asAdmin(
        "postgres",
        """
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN CREATE ROLE %1$s %2$s; END IF;
        END $$
        """
            .formatted(role, options));
  }

  /** Creates a database to which only the admin may connect. */
  static void createDatabase(String name, String options) {
    asAdmin(
        "postgres",
        "CREATE DATABASE %s OWNER %s %s".formatted(quote(name), ClusterRoles.OWNER, options));
    asAdmin("postgres", "REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(quote(name)));
  }

  /** The statement that marks a database or role. */
  static String marking(String kind, String name, Mark.Purpose purpose, UUID tenant) {
    return "COMMENT ON %s %s IS %s"
        .formatted(
            kind,
            quote(name),
            literal(
                new Mark(installation(), purpose, Optional.of(tenant), Optional.empty())
                    .toString()));
  }

  /** The id of this control plane. */
  static UUID installation() {
    return UUID.fromString(
        ControlDatabase.column("SELECT installation_id FROM control_plane.installation")
            .getFirst());
  }

  /** The derived password of one of Tenantry's roles. */
  static String password(String role) {
    return ControlPlane.ROLE_SECRET.passwordOf(role);
  }

  /** A session as one of Tenantry's roles, acting as another. */
  static PGSimpleDataSource as(String database, String role, Optional<String> actingAs) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {LocalStack.shared().postgres().host()});
    source.setPortNumbers(new int[] {LocalStack.shared().postgres().port()});
    source.setDatabaseName(database);
    source.setUser(role);
    source.setPassword(password(role));
    actingAs.ifPresent(other -> source.setOptions("-c role=" + other));
    return source;
  }

  /** A session in an unfinished golden template. */
  static PGSimpleDataSource asBuilder(String template) {
    return as(template, BUILDER, Optional.of(ClusterRoles.CONTENT));
  }

  /** Grants what building golden templates in a database needs. */
  static void permitBuilding(String template) {
    asAdmin(
        "postgres",
        "GRANT CONNECT ON DATABASE %1$s TO %2$s; GRANT CREATE, TEMPORARY ON DATABASE %1$s TO %3$s"
            .formatted(quote(template), BUILDER, ClusterRoles.CONTENT));
    asAdmin(template, "ALTER SCHEMA public OWNER TO " + ClusterRoles.CONTENT);
  }

  static Connection admin(String database) throws SQLException {
    LocalStack stack = LocalStack.shared();
    return stack
        .postgres()
        .borrow(
            database,
            stack.variable("TENANT_CLUSTER_ADMIN_USER"),
            stack.variable("TENANT_CLUSTER_ADMIN_PASSWORD"));
  }

  static void asAdmin(String database, String script) {
    Session.execute(() -> admin(database), script);
  }
}
