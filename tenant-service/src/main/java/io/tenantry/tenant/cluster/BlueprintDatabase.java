package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.cluster.ClusterRoles.CONTENT;
import static io.tenantry.kernel.cluster.ClusterRoles.OWNER;
import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.ObjectRemoval;
import io.tenantry.kernel.cluster.OwnerSession;
import io.tenantry.kernel.cluster.ScramVerifier;
import io.tenantry.kernel.migration.JdbcScript;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A new database that a blueprint's migrations fill. Their SQL runs as a temporary role without
 * privileges outside this database, so it cannot affect the rest of the cluster.
 */
final class BlueprintDatabase implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(BlueprintDatabase.class);

  private final Cluster cluster;
  private final String name;
  private final SecureRandom random;
  private final Credentials builder;
  private final List<Credentials> roles = new ArrayList<>();

  private BlueprintDatabase(Cluster cluster, String name, SecureRandom random) {
    this.cluster = cluster;
    this.name = name;
    this.random = random;
    this.builder = temporary(random);
    this.roles.add(builder);
  }

  private static Credentials temporary(SecureRandom random) {
    byte[] id = new byte[8];
    random.nextBytes(id);
    return Credentials.generate("tenantry_build_" + HexFormat.of().formatHex(id), random);
  }

  /** Creates the database; one of this name that a crash left behind is dropped first. */
  static BlueprintDatabase create(
      Cluster cluster, String name, String locale, SecureRandom random) {
    drop(cluster, name);
    cluster.createEmpty(name, locale);
    BlueprintDatabase database = new BlueprintDatabase(cluster, name, random);
    database.open();
    return database;
  }

  private void open() {
    ClusterObjects objects = cluster.objects();
    cluster
        .admin()
        .execute(
            """
            %1$s
            GRANT %2$s TO %3$s;
            REVOKE ALL ON DATABASE %4$s FROM PUBLIC;
            GRANT CREATE, TEMPORARY ON DATABASE %4$s TO %2$s;
            GRANT CONNECT ON DATABASE %4$s TO %3$s;
            %5$s;
            ALTER DATABASE %4$s ALLOW_CONNECTIONS true;
            """
                .formatted(
                    creation(builder),
                    CONTENT,
                    quote(builder.role()),
                    quote(name),
                    objects.marking(
                        Kind.DATABASE,
                        name,
                        Mark.withoutTenant(objects.installation(), Purpose.TEMPLATE))));
    try (OwnerSession fresh = cluster.connections().asAdminIn(name)) {
      fresh.execute("ALTER SCHEMA public OWNER TO " + CONTENT);
    }
  }

  private String creation(Credentials role) {
    ClusterObjects objects = cluster.objects();
    return """
    CREATE ROLE %1$s LOGIN CONNECTION LIMIT 10 PASSWORD %2$s;
    %3$s;
    """
        .formatted(
            quote(role.role()),
            literal(ScramVerifier.of(role.password(), random)),
            objects.marking(
                Kind.ROLE, role.role(), Mark.withoutTenant(objects.installation(), Purpose.BUILD)));
  }

  /** A data source for building a golden template: new objects belong to the content role. */
  DataSource asBuilder() {
    return cluster.connections().jdbc(name, builder, "-c role=" + CONTENT);
  }

  /** {@link #asBuilder} for scripts that are sent unchanged. */
  DataSource asBuilderOfScripts() {
    PGSimpleDataSource source = cluster.connections().jdbc(name, builder, "-c role=" + CONTENT);
    source.setPreferQueryMode(JdbcScript.QUERY_MODE);
    return source;
  }

  /** A data source with the rights of a tenant's owner role in the shared database. */
  DataSource asSchemaOwner() {
    Credentials owner = temporary(random);
    roles.add(owner);
    cluster
        .admin()
        .execute(
            "%s GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %s TO %s"
                .formatted(creation(owner), quote(name), quote(owner.role())));
    try (OwnerSession own = cluster.connections().as(name, builder)) {
      own.execute("GRANT USAGE ON SCHEMA public TO " + quote(owner.role()));
    }
    PGSimpleDataSource source =
        cluster.connections().jdbc(name, owner, cluster.connections().fillingLimits());
    source.setPreferQueryMode(JdbcScript.QUERY_MODE);
    return source;
  }

  /** Revokes the right to create schemas from the roles of {@link #asSchemaOwner}. */
  void revokeSchemaCreation() {
    for (Credentials owner : roles.subList(1, roles.size())) {
      cluster
          .admin()
          .execute(
              "REVOKE CREATE ON DATABASE %s FROM %s".formatted(quote(name), quote(owner.role())));
    }
  }

  /** Closes the database to connections and makes it a golden template. */
  void convertToTemplate() {
    try (OwnerSession own = cluster.connections().as(name, builder)) {
      ObjectRemoval.releaseOwn(own, builder.role(), CONTENT);
    }
    cluster
        .admin()
        .execute(
            """
            REVOKE ALL ON DATABASE %1$s FROM %2$s;
            ALTER DATABASE %1$s OWNER TO %3$s;
            ALTER DATABASE %1$s ALLOW_CONNECTIONS false IS_TEMPLATE true;
            """
                .formatted(quote(name), quote(builder.role()), OWNER));
  }

  /** Drops the database. */
  void drop() {
    drop(cluster, name);
  }

  private static void drop(Cluster cluster, String name) {
    cluster.dropDatabase(name, Expected.withoutTenant(Purpose.TEMPLATE));
  }

  /** Whether the SQL changed settings of the content role, which apply to the whole cluster. */
  boolean changedRoleSettings() {
    return cluster
        .admin()
        .exists("SELECT FROM pg_db_role_setting WHERE setrole = '%s'::regrole".formatted(CONTENT));
  }

  /** Drops the temporary roles. */
  @Override
  public void close() {
    if (changedRoleSettings()) {
      LOG.warnf("a blueprint changed settings of a role; resetting them role=%s", CONTENT);
      cluster.admin().execute("ALTER ROLE %s RESET ALL".formatted(CONTENT));
    }
    for (Credentials role : roles) {
      try {
        cluster.logins().dropBuildRole(role.role());
      } catch (RuntimeException e) {
        LOG.warnf("temporary role could not be dropped role=%s: %s", role.role(), e.getMessage());
      }
    }
  }
}
