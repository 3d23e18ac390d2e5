package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.tenant.TenantLogins;
import io.tenantry.backup.tenant.TenantLogins.TenantLogin;
import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.ObjectRemoval;
import io.tenantry.kernel.cluster.ScramVerifier;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;

/**
 * Creates the roles that a restore needs: missing roles of a tenant, and roles of scratch
 * databases. Each is marked in the transaction that creates it.
 */
@Singleton
final class TenantRoles {

  private final Clusters clusters;
  private final TenantLogins logins;
  private final SecureRandom random;

  TenantRoles(Clusters clusters, TenantLogins logins, SecureRandom random) {
    this.clusters = clusters;
    this.logins = logins;
    this.random = random;
  }

  /**
   * Prepares a tenant's roles for a restore: creates those that are missing, the second login only
   * if the tenant logs in with it, and grants them what loading its objects needs.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if the owner role or the database exists
   *     and is not this tenant's
   */
  void prepare(ClusterAccess access, TenantLocation tenant) {
    String role = tenant.role();
    String owner = ClusterRoles.owner(role);
    ClusterObjects objects = clusters.objects(access);
    try (Session admin = clusters.admin(access)) {
      objects.requireServer(admin);
      Set<String> existing = existing(admin, role);
      if (existing.contains(owner)) {
        objects.require(
            admin, Kind.ROLE, owner, Expected.of(tenant.tenantId(), Purpose.OWNER, Purpose.TENANT));
      }
      objects.requireLogins(admin, tenant.tenantId(), List.of(role, tenant.secondRole()));
      if (tenant.schema().isEmpty()) {
        requireOwn(admin, objects, tenant);
      }
      StringBuilder script = new StringBuilder();
      if (!existing.containsAll(List.of(role, owner))) {
        createMissing(script, access, objects, tenant, existing);
      }
      script.append("GRANT %s TO %s;\n".formatted(ClusterRoles.LOADING, quote(role)));
      if (tenant.schema().isEmpty()) {
        script.append("GRANT %s TO %s;\n".formatted(ClusterRoles.LOADING, ClusterRoles.CONTENT));
      }
      admin.execute(script.toString());
    }
  }

  /** Checks that the tenant's database, if it exists, is the tenant's. */
  private static void requireOwn(Session admin, ClusterObjects objects, TenantLocation tenant) {
    FoundDatabase.find(admin, tenant.database())
        .ifPresent(
            database -> {
              if (database.comment() == null) {
                throw new TenantryException(
                    ErrorCode.CLUSTER_NOT_PREPARED,
                    ("The database %s has no mark: restart tenant-service, which marks databases of older"
                            + " versions.")
                        .formatted(database.name()));
              }
              TenantData live = TenantData.of(tenant);
              objects.require(admin, live.marked(), live.markedName(), live.expected());
            });
  }

  private void createMissing(
      StringBuilder script,
      ClusterAccess access,
      ClusterObjects objects,
      TenantLocation tenant,
      Set<String> existing) {
    String role = tenant.role();
    TenantLogin login = logins.get(tenant.tenantId());
    if (!existing.contains(role)) {
      script.append(createFirst(tenant, login));
      script.append(objects.marking(Kind.ROLE, role, mark(objects, Purpose.LOGIN, tenant)));
      script.append(";\n");
    }
    boolean bySecond =
        login.credentials().filter(used -> used.role().equals(tenant.secondRole())).isPresent();
    if (bySecond && !existing.contains(tenant.secondRole())) {
      script.append(createSecond(objects, tenant, login.connectionLimit()));
      script.append(
          "ALTER ROLE %s %s;\n"
              .formatted(quote(tenant.secondRole()), login(login, tenant.secondRole())));
    }
    if (!existing.contains(ClusterRoles.owner(role))) {
      script.append(createOwner(access, role, tenant.schema().isPresent()));
      script.append(
          objects.marking(
              Kind.ROLE,
              ClusterRoles.owner(role),
              mark(objects, tenant.schema().isPresent() ? Purpose.TENANT : Purpose.OWNER, tenant)));
      script.append(";\n");
    }
    script.append("GRANT %s TO %s;\n".formatted(quote(role), quote(ClusterRoles.owner(role))));
    if (bySecond || existing.contains(tenant.secondRole())) {
      script.append(
          "GRANT %1$s TO %2$s; GRANT %2$s TO %3$s;\n"
              .formatted(quote(role), quote(tenant.secondRole()), quote(ClusterRoles.owner(role))));
    }
  }

  private String createFirst(TenantLocation tenant, TenantLogin login) {
    String create =
        "CREATE ROLE %s %s CONNECTION LIMIT %d IN ROLE %s;\n"
            .formatted(
                quote(tenant.role()),
                login(login, tenant.role()),
                login.connectionLimit(),
                group(tenant.schema().isPresent()));
    return tenant
        .schema()
        .map(
            schema ->
                create
                    + "ALTER ROLE %s IN DATABASE %s SET search_path = %s, public;\n"
                        .formatted(quote(tenant.role()), quote(tenant.database()), quote(schema)))
        .orElse(create);
  }

  /** The attributes of a login role: only the one in the connection string logs in. */
  private String login(TenantLogin login, String role) {
    return login
        .credentials()
        .filter(used -> used.role().equals(role))
        .map(
            used ->
                "%s PASSWORD %s"
                    .formatted(
                        login.permitted() ? "LOGIN" : "NOLOGIN",
                        literal(ScramVerifier.of(used.password(), random))))
        .orElse("NOLOGIN");
  }

  private static String createSecond(ClusterObjects objects, TenantLocation tenant, int limit) {
    return """
    CREATE ROLE %1$s NOLOGIN CONNECTION LIMIT %2$d IN ROLE %3$s, %4$s;
    ALTER ROLE %1$s SET role TO %5$s;
    %6$s;
    """
        .formatted(
            quote(tenant.secondRole()),
            limit,
            group(tenant.schema().isPresent()),
            quote(tenant.role()),
            literal(tenant.role()),
            objects.marking(Kind.ROLE, tenant.secondRole(), mark(objects, Purpose.LOGIN, tenant)));
  }

  private String createOwner(ClusterAccess access, String role, boolean inSchema) {
    String owner = ClusterRoles.owner(role);
    return "CREATE ROLE %s LOGIN PASSWORD %s%s;\n"
        .formatted(
            quote(owner),
            literal(ScramVerifier.of(access.roleSecret().passwordOf(owner), random)),
            inSchema ? "" : " IN ROLE " + ClusterRoles.CONTENT);
  }

  private static String group(boolean inSchema) {
    return inSchema ? ClusterRoles.SHARED_APP : ClusterRoles.APP;
  }

  private static Mark mark(ClusterObjects objects, Purpose purpose, TenantLocation tenant) {
    return Mark.of(objects.installation(), purpose, tenant.tenantId());
  }

  /** Creates a tenant's second login role, which cannot log in, unless it exists. */
  void createSecond(ClusterAccess access, TenantLocation tenant) {
    ClusterObjects objects = clusters.objects(access);
    try (Session admin = clusters.admin(access)) {
      objects.requireServer(admin);
      if (existing(admin, tenant.role()).contains(tenant.secondRole())) {
        return;
      }
      int limit =
          admin
              .first(
                  row -> row.getInteger(0),
                  "SELECT rolconnlimit FROM pg_catalog.pg_roles WHERE rolname = $1",
                  tenant.role())
              .orElseThrow();
      admin.execute(
          createSecond(objects, tenant, limit)
              + "GRANT %s TO %s".formatted(quote(tenant.secondRole()), quote(tenant.ownerRole())));
    }
  }

  /**
   * Creates the roles of a scratch database: two that own what the tenant's logins own, and their
   * owner role, which alone can log in.
   */
  void createScratch(ClusterAccess access, String role, Mark mark, boolean inSchema) {
    drop(access, role, mark);
    ClusterObjects objects = clusters.objects(access);
    String second = ClusterRoles.second(role);
    String owner = ClusterRoles.owner(role);
    try (Session admin = clusters.admin(access)) {
      admin.execute(
          """
          CREATE ROLE %1$s NOLOGIN IN ROLE %2$s, %3$s;
          CREATE ROLE %4$s NOLOGIN IN ROLE %1$s;
          %5$s
          GRANT %1$s, %4$s TO %6$s;
          %7$s;
          %8$s;
          %9$s;
          """
              .formatted(
                  quote(role),
                  group(inSchema),
                  ClusterRoles.LOADING,
                  quote(second),
                  createOwner(access, role, inSchema),
                  quote(owner),
                  objects.marking(Kind.ROLE, role, mark),
                  objects.marking(Kind.ROLE, second, mark),
                  objects.marking(Kind.ROLE, owner, mark)));
      if (!inSchema) {
        admin.execute("GRANT %s TO %s".formatted(ClusterRoles.LOADING, ClusterRoles.CONTENT));
      }
    }
  }

  /** Creates the owner role of a scratch database that nothing is loaded into. */
  void createScratchOwner(ClusterAccess access, String role, Mark mark) {
    drop(access, role, mark);
    ClusterObjects objects = clusters.objects(access);
    try (Session admin = clusters.admin(access)) {
      admin.execute(
          createOwner(access, role, false)
              + objects.marking(Kind.ROLE, ClusterRoles.owner(role), mark));
    }
  }

  /** Drops the roles of a scratch database that was dropped. */
  void drop(ClusterAccess access, String role, Mark mark) {
    try (Session admin = clusters.admin(access)) {
      new ObjectRemoval(clusters.objects(access))
          .dropScratchRoles(
              admin, role, new Expected(Set.of(mark.purpose()), mark.tenant(), mark.operation()));
    }
  }

  private static Set<String> existing(Session admin, String role) {
    return Set.copyOf(
        admin.list(
            row -> row.getString(0),
            "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = ANY ($1)",
            (Object)
                List.of(role, ClusterRoles.second(role), ClusterRoles.owner(role))
                    .toArray(String[]::new)));
  }

  /** Whether a server has a role of this name. */
  boolean exists(ClusterAccess access, String role) {
    try (Session admin = clusters.admin(access)) {
      return admin
          .first(
              row -> row.getBoolean(0),
              "SELECT true FROM pg_catalog.pg_roles WHERE rolname = $1",
              role)
          .orElse(false);
    }
  }

  /** The extensions of a server that only a superuser may create. */
  Set<String> restrictedExtensions(ClusterAccess access) {
    try (Session admin = clusters.admin(access)) {
      return restrictedExtensions(admin);
    }
  }

  static Set<String> restrictedExtensions(Session admin) {
    return Set.copyOf(
        admin.list(
            row -> row.getString(0),
            """
            SELECT name::text
            FROM pg_catalog.pg_available_extension_versions
            GROUP BY name
            HAVING pg_catalog.bool_and(superuser AND NOT trusted)
            """));
  }

  /** Returns the roles that a server lacks. */
  static List<String> missing(Session admin, List<String> roles) {
    return admin.list(
        row -> row.getString(0),
        """
        SELECT name
        FROM unnest($1::text[]) AS name
        WHERE name NOT IN (SELECT rolname FROM pg_catalog.pg_roles)
        ORDER BY name
        """,
        (Object) roles.toArray(String[]::new));
  }

  /**
   * Lets a tenant's owner role create schemas in the shared database, until {@link #forbidSchemas}.
   */
  void permitSchemas(ClusterAccess access, TenantLocation tenant) {
    try (Session admin = clusters.admin(access)) {
      admin.execute(
          "GRANT %s TO %s".formatted(ClusterRoles.SCHEMA_CREATORS, quote(tenant.ownerRole())));
    }
  }

  /** Reverts {@link #permitSchemas}. */
  void forbidSchemas(ClusterAccess access, TenantLocation tenant) {
    try (Session admin = clusters.admin(access)) {
      admin.execute(
          "REVOKE %s FROM %s".formatted(ClusterRoles.SCHEMA_CREATORS, quote(tenant.ownerRole())));
    }
  }
}
