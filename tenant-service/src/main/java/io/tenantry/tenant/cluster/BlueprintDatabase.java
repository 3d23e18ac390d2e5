package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.cluster.ClusterRoles.CONTENT;
import static io.tenantry.kernel.cluster.ClusterRoles.OWNER;
import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.ClusterObjects.OwnerSession;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.ScramVerifier;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * A new database that a blueprint fills. Its SQL runs as a role that was created for this alone,
 * has no right beyond this database, and is dropped afterwards: whatever a blueprint does leaves
 * nothing on the cluster.
 */
final class BlueprintDatabase implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(BlueprintDatabase.class);

  private final Cluster cluster;
  private final String name;
  private final Credentials builder;
  private final Credentials schemaOwner;

  private BlueprintDatabase(Cluster cluster, String name, SecureRandom random) {
    this.cluster = cluster;
    this.name = name;
    this.builder = temporary(random);
    this.schemaOwner = temporary(random);
  }

  private static Credentials temporary(SecureRandom random) {
    byte[] id = new byte[8];
    random.nextBytes(id);
    return Credentials.generate("tenantry_build_" + HexFormat.of().formatHex(id), random);
  }

  /** Creates it; what a crash left of one with this name is dropped first. */
  static BlueprintDatabase create(
      Cluster cluster, String name, String locale, SecureRandom random) {
    drop(cluster, name);
    cluster.createEmpty(name, locale);
    BlueprintDatabase database = new BlueprintDatabase(cluster, name, random);
    database.open(random);
    return database;
  }

  private void open(SecureRandom random) {
    ClusterObjects objects = cluster.objects();
    Mark build =
        new Mark(objects.installation(), Purpose.BUILD, Optional.empty(), Optional.empty());
    StringBuilder script = new StringBuilder();
    for (Credentials role : List.of(builder, schemaOwner)) {
      script.append(
          """
          CREATE ROLE %1$s LOGIN CONNECTION LIMIT 10 PASSWORD %2$s;
          %3$s;
          """
              .formatted(
                  quote(role.role()),
                  literal(ScramVerifier.of(role.password(), random)),
                  objects.marking(Kind.ROLE, role.role(), build)));
    }
    script.append(
        """
        GRANT %1$s TO %2$s;
        REVOKE ALL ON DATABASE %3$s FROM PUBLIC;
        GRANT CREATE, TEMPORARY ON DATABASE %3$s TO %1$s;
        GRANT CONNECT ON DATABASE %3$s TO %2$s;
        GRANT CONNECT, CREATE ON DATABASE %3$s TO %4$s;
        %5$s;
        ALTER DATABASE %3$s ALLOW_CONNECTIONS true;
        """
            .formatted(
                CONTENT,
                quote(builder.role()),
                quote(name),
                quote(schemaOwner.role()),
                objects.marking(
                    Kind.DATABASE,
                    name,
                    new Mark(
                        objects.installation(),
                        Purpose.TEMPLATE,
                        Optional.empty(),
                        Optional.empty()))));
    cluster.admin().execute(script.toString());
    try (OwnerSession fresh = cluster.connections().asAdminIn(name)) {
      fresh.execute(
          "ALTER SCHEMA public OWNER TO %s; GRANT USAGE ON SCHEMA public TO %s"
              .formatted(CONTENT, quote(schemaOwner.role())));
    }
  }

  /** The way in for what a golden template holds: what is created belongs to its content role. */
  DataSource asBuilder() {
    return cluster.connections().jdbc(name, builder, "-c role=" + CONTENT);
  }

  /** The way in as a tenant's owner role has it in the shared database: it owns what it creates. */
  DataSource asSchemaOwner() {
    return cluster.connections().jdbc(name, schemaOwner, "");
  }

  /** Closes it and makes it a golden template. */
  void becomeTemplate() {
    for (Credentials role : List.of(builder, schemaOwner)) {
      try (OwnerSession own = cluster.connections().as(name, role)) {
        ClusterObjects.releaseOwn(own, role.role(), role.equals(builder) ? CONTENT : role.role());
      }
    }
    cluster
        .admin()
        .execute(
            "ALTER DATABASE %1$s OWNER TO %2$s; ALTER DATABASE %1$s ALLOW_CONNECTIONS false IS_TEMPLATE true"
                .formatted(quote(name), OWNER));
  }

  /** Drops it. */
  void drop() {
    drop(cluster, name);
  }

  private static void drop(Cluster cluster, String name) {
    cluster.dropDatabase(name, Expected.noTenants(Purpose.TEMPLATE));
  }

  /** Drops the roles it was filled by. */
  @Override
  public void close() {
    Stream.of(builder, schemaOwner)
        .forEach(
            role -> {
              try {
                cluster.dropBuildRole(role.role());
              } catch (RuntimeException e) {
                LOG.warnf("role=%s is dropped later: %s", role.role(), e.getMessage());
              }
            });
  }
}
