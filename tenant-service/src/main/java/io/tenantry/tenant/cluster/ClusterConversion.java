package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.cluster.ClusterRoles.APP;
import static io.tenantry.kernel.cluster.ClusterRoles.CONTENT;
import static io.tenantry.kernel.cluster.ClusterRoles.DUMP;
import static io.tenantry.kernel.cluster.ClusterRoles.OWNER;
import static io.tenantry.kernel.cluster.ClusterRoles.SCHEMA_CREATORS;
import static io.tenantry.kernel.cluster.ClusterRoles.SCRATCH;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.OwnerSession;
import io.tenantry.kernel.db.Database;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Converts objects that versions of Tenantry without marks created, in which the admin owned
 * everything in tenants' databases. An object is converted only if the registry and the server
 * agree. Each step can be repeated; the mark is set last.
 */
public final class ClusterConversion {

  /** Databases owned by the admin: of restores and drills, and those kept for an undo. */
  private static final String OF_ADMIN =
      """
      SELECT datname, substring(datname FROM '^[a-z]+') AS purpose,
        replace(substring(datname FROM '_(.*)$'), '_', '-') AS id
      FROM pg_database
      WHERE datdba = current_user::regrole
        AND shobj_description(oid, 'pg_database') IS NULL
        AND datname ~ '^(restore|drill|golden|former|undone)_[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}$'
      """;

  private final ClusterConnections connections;
  private final ClusterObjects objects;
  private final TenantRoles roles;

  ClusterConversion(ClusterConnections connections, ClusterObjects objects, TenantRoles roles) {
    this.connections = connections;
    this.objects = objects;
    this.roles = roles;
  }

  /** Marks backup-service's databases, which the admin owned. */
  public void convertDatabasesOfAdmin() {
    Database admin = connections.admin();
    for (Row row : admin.run(OF_ADMIN)) {
      Purpose purpose = Purpose.valueOf(row.getString("purpose").toUpperCase(Locale.ROOT));
      String name = row.getString("datname");
      admin.execute(
          "%s; ALTER DATABASE %s OWNER TO %s"
              .formatted(
                  objects.marking(
                      Kind.DATABASE,
                      name,
                      new Mark(
                          objects.installation(),
                          purpose,
                          Optional.empty(),
                          Optional.of(UUID.fromString(row.getString("id"))))),
                  quote(name),
                  purpose.holdsTenantData() ? OWNER : SCRATCH));
    }
  }

  /**
   * Converts a tenant that has its own database.
   *
   * @return false if the server does not confirm the registry; nothing is changed then
   */
  public boolean convertDatabase(UUID tenant, String role, String details) {
    Database admin = connections.admin();
    Optional<FoundDatabase> found = FoundDatabase.find(admin, role);
    if (found.filter(this::isOlderTenants).isEmpty() || !isMember(role, APP)) {
      return false;
    }
    if (admin.exists(
        "SELECT FROM pg_database WHERE datdba = current_user::regrole AND datname <> $1",
        ClusterCatalog.DATABASE)) {
      throw new IllegalStateException(
          "the cluster's admin owns databases that Tenantry did not create; change their owner"
              + " first");
    }
    prepareRoles(tenant, role, CONTENT);
    admin.execute(
        """
        ALTER ROLE %2$s CONNECTION LIMIT %3$d;
        ALTER DATABASE %1$s CONNECTION LIMIT -1;
        GRANT CONNECT ON DATABASE %1$s TO %4$s, %5$s;
        GRANT CREATE, TEMPORARY ON DATABASE %1$s TO %6$s;
        """
            .formatted(
                quote(role),
                quote(role),
                connectionLimit(role),
                quote(ClusterRoles.owner(role)),
                DUMP,
                CONTENT));
    try (OwnerSession inside = connections.asAdminIn(role)) {
      inside.execute(
          """
          REASSIGN OWNED BY CURRENT_USER TO %1$s;
          ALTER SCHEMA public OWNER TO %1$s;
          ALTER DEFAULT PRIVILEGES FOR ROLE %1$s IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %2$s;
          ALTER DEFAULT PRIVILEGES FOR ROLE %1$s IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO %2$s;
          """
              .formatted(CONTENT, APP));
    }
    ClusterCatalog.handOverUnmarked(
        admin, objects, role, Mark.of(objects.installation(), Purpose.TENANT, tenant), details);
    return true;
  }

  private boolean isOlderTenants(FoundDatabase database) {
    return database.comment() == null
        && database.owner().equals(OWNER)
        && !database.template()
        && database.acceptsConnections();
  }

  /**
   * Converts a tenant that has its own schema.
   *
   * @return false if the server does not confirm the registry; nothing is changed then
   */
  public boolean convertSchema(UUID tenant, String role, String details) {
    String owner = ClusterRoles.owner(role);
    if (!isMember(role, ClusterRoles.SHARED_APP)
        || ClusterObjects.mark(connections.admin(), Kind.ROLE, owner)
            .filter(mark -> mark.purpose() != Purpose.OWNER)
            .isPresent()) {
      return false;
    }
    prepareRoles(tenant, role, SCHEMA_CREATORS);
    Database admin = connections.admin();
    admin.execute("GRANT %s TO CURRENT_USER".formatted(quote(owner)));
    try (OwnerSession inside = connections.asAdminIn(Cluster.SHARED)) {
      takeOwnership(inside, role, owner);
    } finally {
      admin.execute(
          "REVOKE %1$s FROM CURRENT_USER; REVOKE %2$s FROM %1$s"
              .formatted(quote(owner), SCHEMA_CREATORS));
    }
    Mark mark = Mark.of(objects.installation(), Purpose.OWNER, tenant);
    ClusterCatalog.handOver(
        admin,
        objects,
        new ClusterCatalog.HandOver(
            Kind.ROLE, owner, mark, mark.as(Purpose.TENANT), role, details));
    return true;
  }

  /** Changes the owner of the schema and of everything in it that the admin owns. */
  private static void takeOwnership(OwnerSession inside, String schema, String owner) {
    List<String> statements = new ArrayList<>();
    inside
        .run(
            """
            SELECT format('ALTER %s %s OWNER TO %I',
              CASE object.type WHEN 'statistics object' THEN 'STATISTICS' WHEN 'composite type' THEN 'TYPE' ELSE upper(object.type) END,
              object.identity, $2::text)
            FROM pg_shdepend d
            CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) AS object
            WHERE d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND d.refclassid = 'pg_authid'::regclass
              AND d.refobjid = current_user::regrole
              AND d.deptype = 'o'
              AND object.schema = $1
              AND object.type <> 'default acl'
              AND NOT (object.type = 'sequence' AND EXISTS (
                SELECT FROM pg_depend WHERE classid = d.classid AND objid = d.objid AND deptype IN ('a', 'i') AND refobjsubid > 0
              ))
            """,
            schema, owner)
        .forEach(row -> statements.add(row.getString(0) + ";\n"));
    inside.execute(
        """
        ALTER SCHEMA %2$s OWNER TO %3$s;
        %1$s
        ALTER DEFAULT PRIVILEGES FOR ROLE %3$s IN SCHEMA %2$s GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %2$s;
        ALTER DEFAULT PRIVILEGES FOR ROLE %3$s IN SCHEMA %2$s GRANT USAGE, SELECT ON SEQUENCES TO %2$s;
        """
            .formatted(String.join("", statements), quote(schema), quote(owner)));
  }

  private void prepareRoles(UUID tenant, String role, String group) {
    Database admin = connections.admin();
    String owner = ClusterRoles.owner(role);
    String second = ClusterRoles.second(role);
    StringBuilder script = new StringBuilder();
    if (!exists(owner)) {
      script.append(
          roles.createOwner(tenant, role, TenantRoles.OWNER_CONNECTIONS, Purpose.OWNER, group));
    } else {
      script.append("GRANT %s TO %s;\n".formatted(group, quote(owner)));
    }
    Mark login = Mark.of(objects.installation(), Purpose.LOGIN, tenant);
    script.append(objects.marking(Kind.ROLE, role, login)).append(";\n");
    if (exists(second)) {
      script
          .append(objects.marking(Kind.ROLE, second, login))
          .append(";\nGRANT %s TO %s;\n".formatted(quote(second), quote(owner)));
    }
    admin.execute(script.toString());
  }

  private boolean exists(String role) {
    return connections.admin().exists("SELECT FROM pg_roles WHERE rolname = $1", role);
  }

  private boolean isMember(String role, String group) {
    return connections
        .admin()
        .exists(
            """
            SELECT FROM pg_auth_members
            JOIN pg_roles member ON member.oid = member
            JOIN pg_roles of_group ON of_group.oid = roleid
            WHERE member.rolname = $1 AND of_group.rolname = $2
            """,
            role,
            group);
  }

  /** The connection limit of the role, or of the database if the role has none. */
  private int connectionLimit(String role) {
    return connections
        .admin()
        .one(
            row -> row.getInteger(0),
            """
            SELECT CASE WHEN rolconnlimit >= 0 THEN rolconnlimit ELSE datconnlimit END
            FROM pg_roles
            JOIN pg_database ON datname = rolname
            WHERE rolname = $1
            """,
            role);
  }
}
