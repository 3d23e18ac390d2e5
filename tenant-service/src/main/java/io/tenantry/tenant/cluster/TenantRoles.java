package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.ClusterSessions;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.RoleSecret;
import io.tenantry.kernel.cluster.ScramVerifier;
import io.tenantry.kernel.db.Database;
import io.vertx.sqlclient.Row;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Creates and changes tenants' roles; the admin runs the statements in the catalog database. */
final class TenantRoles {

  /** The connection limit of a tenant's owner role, for migrations, restores and counts. */
  static final int OWNER_CONNECTIONS = 20;

  /**
   * Settings that are copied from a tenant's role to its second role. Each affects only the
   * tenant's sessions. Other settings, such as {@code role} or {@code session_preload_libraries},
   * are not copied.
   */
  private static final Set<String> COPIED =
      Set.of(
          "search_path",
          "TimeZone",
          "DateStyle",
          "IntervalStyle",
          "bytea_output",
          "client_encoding",
          "statement_timeout",
          "lock_timeout",
          "idle_in_transaction_session_timeout",
          "idle_session_timeout",
          "work_mem",
          "maintenance_work_mem",
          "temp_buffers",
          "default_transaction_isolation",
          "default_transaction_read_only",
          "default_transaction_deferrable",
          "default_text_search_config",
          "extra_float_digits",
          "jit",
          "plan_cache_mode",
          "random_page_cost",
          "effective_cache_size",
          "max_parallel_workers_per_gather",
          "synchronous_commit");

  /** Settings whose value is a list of names, each quoted separately. */
  private static final Set<String> LISTS = Set.of("search_path");

  private final Supplier<Database> admin;
  private final Supplier<ClusterObjects> objects;
  private final Supplier<RoleSecret> secret;
  private final SecureRandom random;

  TenantRoles(
      Supplier<Database> admin,
      Supplier<ClusterObjects> objects,
      Supplier<RoleSecret> secret,
      SecureRandom random) {
    this.admin = admin;
    this.objects = objects;
    this.secret = secret;
    this.random = random;
  }

  /** The SQL that creates a tenant's login role. */
  String create(UUID tenant, Credentials credentials, int connectionLimit, String group) {
    return """
    CREATE ROLE %1$s LOGIN CONNECTION LIMIT %2$d PASSWORD %3$s IN ROLE %4$s;
    %5$s;
    """
        .formatted(
            quote(credentials.role()),
            connectionLimit,
            verifier(credentials.password()),
            group,
            marking(credentials.role(), Purpose.LOGIN, tenant));
  }

  /** The SQL that creates a tenant's owner role, a member of the tenant's role and of a group. */
  String createOwner(UUID tenant, String role, int connectionLimit, Purpose purpose, String group) {
    String owner = ClusterRoles.owner(role);
    return """
    CREATE ROLE %1$s LOGIN CONNECTION LIMIT %2$d PASSWORD %3$s IN ROLE %4$s, %5$s;
    %6$s;
    """
        .formatted(
            quote(owner),
            connectionLimit,
            verifier(secret.get().passwordOf(owner)),
            quote(role),
            group,
            marking(owner, purpose, tenant));
  }

  private String marking(String role, Purpose purpose, UUID tenant) {
    ClusterObjects marks = objects.get();
    return marks.marking(Kind.ROLE, role, Mark.of(marks.installation(), purpose, tenant));
  }

  private String verifier(String password) {
    return literal(ScramVerifier.of(password, random));
  }

  /** Sets a new password for a tenant's role or second role, and terminates its sessions. */
  void renew(UUID tenant, String role, Credentials credentials) {
    String login = credentials.role();
    // The second role acts as the role.
    objects.get().requireLogins(admin.get(), tenant, List.of(role, login));
    permitLogin(tenant, Set.of(login), false);
    ClusterSessions.terminateOf(admin.get(), Set.of(login));
    admin
        .get()
        .execute(
            (login.equals(role) ? "" : second(tenant, role, login))
                + "ALTER ROLE %s LOGIN PASSWORD %s;"
                    .formatted(quote(login), verifier(credentials.password())));
  }

  /**
   * The SQL that creates the second role if needed and copies the first role's properties. The
   * tenant's settings are copied as text and never take effect in this session.
   */
  private String second(UUID tenant, String role, String second) {
    StringBuilder script = new StringBuilder();
    if (!exists(second)) {
      script.append(
          "CREATE ROLE %s NOLOGIN;\n%s;\n"
              .formatted(quote(second), marking(second, Purpose.LOGIN, tenant)));
    }
    script.append(
        """
        GRANT %1$s TO %2$s;
        ALTER ROLE %2$s CONNECTION LIMIT %3$d;
        ALTER ROLE %2$s RESET ALL;
        """
            .formatted(quote(role), quote(second), connectionLimit(role)));
    if (exists(ClusterRoles.owner(role))) {
      script.append("GRANT %s TO %s;\n".formatted(quote(second), quote(ClusterRoles.owner(role))));
    }
    for (Row row :
        admin
            .get()
            .run(
                """
                SELECT member.roleid::regrole::text
                FROM pg_auth_members member
                WHERE member.member = $1::text::regrole
                  AND member.roleid IN (
                    SELECT oid FROM pg_roles WHERE rolname IN ('%s', '%s')
                  )
                """
                    .formatted(ClusterRoles.APP, ClusterRoles.SHARED_APP),
                quote(role))) {
      script.append("GRANT %s TO %s;\n".formatted(row.getString(0), quote(second)));
    }
    script.append(settings(role, second));
    // Objects of the second role belong to the first, so that each can use the other's objects.
    return script
        .append("ALTER ROLE %s SET role TO %s;\n".formatted(quote(second), literal(role)))
        .toString();
  }

  private String settings(String role, String second) {
    StringBuilder script = new StringBuilder();
    for (Row row :
        admin
            .get()
            .run(
                """
                SELECT coalesce('IN DATABASE ' || quote_ident(datname), ''),
                  split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)
                FROM pg_db_role_setting
                CROSS JOIN unnest(setconfig) AS setting
                LEFT JOIN pg_database ON pg_database.oid = setdatabase
                WHERE setrole = $1::text::regrole
                """,
                quote(role))) {
      String name = row.getString(1);
      if (COPIED.contains(name)) {
        script.append(
            "ALTER ROLE %s %s SET %s TO %s;\n"
                .formatted(
                    quote(second), row.getString(0), quote(name), value(name, row.getString(2))));
      }
    }
    return script.toString();
  }

  /** The SQL literal that stores the same value of a setting. */
  static String value(String name, String stored) {
    if (!LISTS.contains(name)) {
      return literal(stored);
    }
    // PostgreSQL stores lists as quoted names, separated by commas.
    return Arrays.stream(stored.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1))
        .map(String::strip)
        .map(
            element ->
                element.length() > 1 && element.startsWith("\"") && element.endsWith("\"")
                    ? element.substring(1, element.length() - 1).replace("\"\"", "\"")
                    : element)
        .map(element -> literal(element))
        .collect(Collectors.joining(", "));
  }

  /**
   * Permits or blocks the login of a tenant's existing roles.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if a role is not a login role of this
   *     tenant
   */
  void permitLogin(UUID tenant, Set<String> logins, boolean permitted) {
    StringBuilder script = new StringBuilder();
    for (String login : objects.get().requireLogins(admin.get(), tenant, logins)) {
      script.append("ALTER ROLE %s %s;\n".formatted(quote(login), permitted ? "LOGIN" : "NOLOGIN"));
    }
    if (!script.isEmpty()) {
      admin.get().execute(script.toString());
    }
  }

  void forgetPassword(String role) {
    if (exists(role)) {
      admin.get().execute("ALTER ROLE %s PASSWORD NULL".formatted(quote(role)));
    }
  }

  private boolean exists(String role) {
    return admin.get().exists("SELECT FROM pg_roles WHERE rolname = $1", role);
  }

  private int connectionLimit(String role) {
    return admin
        .get()
        .one(
            row -> row.getInteger(0), "SELECT rolconnlimit FROM pg_roles WHERE rolname = $1", role);
  }
}
