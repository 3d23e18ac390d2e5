package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.ClusterSessions;
import io.tenantry.kernel.cluster.SchemaObjects;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Restores a schema in one transaction of its owner role, which renames the live schema, loads the
 * dump in its place and counts the rows. Other sessions see nothing of this before the commit, and
 * any failure or crash leaves the live schema unchanged.
 */
@Singleton
public final class SchemaSwap {

  private static final Logger LOG = Logger.getLogger(SchemaSwap.class);

  private static final String COUNTED = "tenantry-counted";
  private static final String COMMITTED = "tenantry-committed";

  private final Clusters clusters;
  private final PgPrograms programs;
  private final TenantRoles roles;
  private final DumpLoader loader;

  SchemaSwap(Clusters clusters, PgPrograms programs, TenantRoles roles, DumpLoader loader) {
    this.clusters = clusters;
    this.programs = programs;
    this.roles = roles;
    this.loader = loader;
  }

  /**
   * The parameters of a schema's restore.
   *
   * @param former the new name of the live schema
   */
  public record Plan(
      ClusterAccess access, TenantLocation target, Manifest manifest, String former) {

    /** The new name for each old one; schema and role may have the same name. */
    Map<String, String> names() {
      Map<String, String> names = new TreeMap<>();
      names.put(manifest.role(), target.role());
      names.put(source(), live());
      return names;
    }

    String source() {
      return manifest.schema().orElseThrow();
    }

    String live() {
      return target.own();
    }

    String owner() {
      return target.ownerRole();
    }

    /** The backup's tables, under the names they get. */
    public List<Manifest.Table> tables() {
      return manifest.tables().stream()
          .map(table -> new Manifest.Table(live(), table.name(), table.rows()))
          .toList();
    }
  }

  /**
   * The result of a restore.
   *
   * @param downtime how long the commit took
   * @param replaced whether the tenant had a schema
   * @param notes what was done otherwise than in the dump, in sentences
   */
  public record Result(Duration downtime, boolean replaced, List<String> notes) {}

  /** The state of the live schema. */
  private record Live(boolean exists, List<String> users, SchemaObjects objects) {}

  /**
   * Restores a schema.
   *
   * @param beforeCommit receives the counted rows, by the names of {@link Plan#tables}; throws to
   *     abort the restore
   */
  public Result restore(Plan plan, InputStream dump, Consumer<List<Manifest.Table>> beforeCommit)
      throws InterruptedException {
    Live live = live(plan.access(), plan.target());
    TargetRoles targetRoles =
        loader.targetRoles(
            plan.access(), TenantData.of(plan.target()), true, Optional.of(plan.target()));
    ScriptRewriter rewriter =
        new ScriptRewriter(plan.names(), targetRoles, TenantSearchPath.ofSchema(plan.live()));
    PgPrograms.Programs client = programs.forServer(0);
    roles.permitSchemas(plan.access(), plan.target());
    try (PgProcess restore = DumpLoader.startScript(client);
        PgProcess psql =
            DumpLoader.startPsql(
                client,
                plan.access(),
                TenantData.of(plan.target()),
                List.of("--no-align", "--tuples-only"))) {
      DumpFeeder feeder = DumpFeeder.start(dump, restore);
      Duration downtime =
          PlatformThreads.run(
              () -> loadAndCommit(plan, live, rewriter, restore, psql, beforeCommit, feeder),
              () -> {
                restore.end();
                psql.end();
              });
      endSessions(plan.access(), plan.target());
      return new Result(downtime, live.exists(), DumpLoader.notes(targetRoles, rewriter));
    } finally {
      forbidSchemas(plan.access(), plan.target());
    }
  }

  private void forbidSchemas(ClusterAccess access, TenantLocation tenant) {
    boolean interrupted = Thread.interrupted();
    try {
      roles.forbidSchemas(access, tenant);
    } catch (RuntimeException e) {
      // The next restore of the tenant revokes it; until then the role may create schemas.
      LOG.warnf(
          e,
          "owner role may still create schemas; the next restore revokes it tenant=%s",
          tenant.tenantId());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Duration loadAndCommit(
      Plan plan,
      Live live,
      ScriptRewriter rewriter,
      PgProcess restore,
      PgProcess psql,
      Consumer<List<Manifest.Table>> beforeCommit,
      DumpFeeder feeder)
      throws InterruptedException {
    BufferedReader answers =
        new BufferedReader(new InputStreamReader(psql.output(), StandardCharsets.UTF_8));
    try (OutputStream input = psql.input()) {
      send(
          input,
          "\\o /dev/null\nBEGIN;\n"
              + live.objects().guard()
              + renameLive(plan, live)
              + DumpLoader.permitCreation(plan.owner(), false));
      rewriter.write(restore.output(), input);
      // Nothing is committed before the dump was read to its authentic end.
      feeder.await();
      restore.awaitSuccess();
      send(
          input,
          DumpLoader.forbidCreation(plan.owner())
              + disablePolicies(plan)
              // Predicates of indexes may call functions while the count is planned.
              + TenantSearchPath.ofSchema(plan.live()).setting(true)
              + ";\n\\o\n"
              + count(plan)
              + ";\n\\echo "
              + COUNTED
              + "\n");
      beforeCommit.accept(counted(plan, read(answers, COUNTED)));
      long start = System.nanoTime();
      send(
          input,
          "\\o /dev/null\n"
              + enablePolicies()
              + (live.exists() ? revoke(plan.former(), live.users()) : "")
              + "COMMIT;\n\\o\n\\echo "
              + COMMITTED
              + "\n");
      read(answers, COMMITTED);
      return Duration.ofNanos(System.nanoTime() - start);
    } catch (IOException | UncheckedIOException e) {
      feeder.rethrow();
      psql.awaitSuccess();
      throw new TenantryException(
          ErrorCode.RESTORE_FAILED, "psql exited before the restore was committed.", e);
    }
  }

  /** Renames the live schema, if it exists. */
  private static String renameLive(Plan plan, Live live) {
    return live.exists() ? SchemaObjects.rename(plan.live(), plan.former()) : "";
  }

  /** Lets the owner count tables whose policies apply to it; {@link #enablePolicies} reverts it. */
  private static String disablePolicies(Plan plan) {
    return """
    SAVEPOINT counting;
    SET LOCAL row_security = off;
    DO $tenantry$
    DECLARE
      forced regclass;
    BEGIN
      FOR forced IN
        SELECT oid
        FROM pg_catalog.pg_class
        WHERE relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s)
          AND relkind = 'r'
          AND relforcerowsecurity
      LOOP
        EXECUTE pg_catalog.format('ALTER TABLE %%s NO FORCE ROW LEVEL SECURITY', forced);
      END LOOP;
    END
    $tenantry$;
    """
        .formatted(literal(plan.live()));
  }

  private static String enablePolicies() {
    return "ROLLBACK TO SAVEPOINT counting;\n";
  }

  private static String count(Plan plan) {
    return plan.tables().isEmpty()
        ? "SELECT"
        : RowCounts.query(
            plan.tables().stream()
                .map(table -> quote(table.schema()) + "." + quote(table.name()))
                .toList());
  }

  private static List<Manifest.Table> counted(Plan plan, List<String> rows) {
    List<Manifest.Table> tables = plan.tables();
    List<Manifest.Table> counted = new ArrayList<>();
    for (String row : rows) {
      int bar = row.indexOf('|');
      if (bar > 0) {
        Manifest.Table table = tables.get(Integer.parseInt(row.substring(0, bar)));
        counted.add(
            new Manifest.Table(
                table.schema(), table.name(), Long.parseLong(row.substring(bar + 1))));
      }
    }
    return counted;
  }

  private static String revoke(String schema, List<String> users) {
    StringBuilder statements = new StringBuilder();
    for (String user : users) {
      statements.append("REVOKE ALL ON SCHEMA %s FROM %s;\n".formatted(quote(schema), quote(user)));
    }
    return statements.toString();
  }

  private static void send(OutputStream input, String text) throws IOException {
    input.write(text.getBytes(StandardCharsets.UTF_8));
    input.flush();
  }

  private static List<String> read(BufferedReader answers, String end) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.equals(end)) {
        return lines;
      }
      lines.add(line);
    }
    throw new IOException("psql exited before it printed " + end);
  }

  private Live live(ClusterAccess access, TenantLocation tenant) {
    try (Session session = clusters.owner(access, TenantData.of(tenant))) {
      return new Live(
          exists(session, tenant.own()),
          users(session, tenant.own()),
          new SchemaObjects(clusters.objects(access), tenant.tenantId()));
    }
  }

  /**
   * The roles, except Tenantry's groups, that may use the live schema: the tenant's, suspended or
   * not.
   */
  private static List<String> users(Session session, String schema) {
    return session.list(
        row -> row.getString(0),
        """
        SELECT DISTINCT role.rolname
        FROM pg_catalog.pg_namespace n
        CROSS JOIN aclexplode(n.nspacl) acl
        JOIN pg_catalog.pg_roles role ON role.oid = acl.grantee
        WHERE n.nspname = $1
          AND role.rolname NOT IN ('%s', '%s')
          AND role.rolname <> current_user
        """
            .formatted(ClusterRoles.APP, ClusterRoles.OWNER),
        schema);
  }

  private static boolean exists(Session session, String schema) {
    return session
        .first(
            row -> row.getBoolean(0),
            "SELECT true FROM pg_catalog.pg_namespace WHERE nspname = $1",
            schema)
        .orElse(false);
  }

  /**
   * Terminates the tenant's own sessions, which may have prepared statements on the replaced
   * schema. Sessions of other roles are not terminated, because the tenant can grant privileges to
   * any role.
   */
  private void endSessions(ClusterAccess access, TenantLocation tenant) {
    try (Session admin = clusters.admin(access)) {
      ClusterSessions.terminateOf(
          admin,
          clusters
              .objects(access)
              .requireLogins(admin, tenant.tenantId(), List.of(tenant.role(), tenant.secondRole())),
          tenant.database());
    }
  }

  /** Swaps a replaced schema back, and gives it the privileges of the live one. */
  public Duration undo(ClusterAccess access, TenantLocation tenant, String former, String undone) {
    Live live = live(access, tenant);
    StringBuilder script = new StringBuilder();
    if (live.exists()) {
      script.append(SchemaObjects.rename(tenant.own(), undone));
    }
    script.append(SchemaObjects.rename(former, tenant.own()));
    for (String user : live.users()) {
      script.append(
          "GRANT USAGE ON SCHEMA %s TO %s;\n".formatted(quote(tenant.own()), quote(user)));
    }
    if (live.exists()) {
      script.append(revoke(undone, live.users()));
    }
    roles.permitSchemas(access, tenant);
    try (Session session = clusters.owner(access, TenantData.of(tenant))) {
      long start = System.nanoTime();
      live.objects().run(session, script.toString());
      endSessions(access, tenant);
      return Duration.ofNanos(System.nanoTime() - start);
    } finally {
      forbidSchemas(access, tenant);
    }
  }

  /** Whether a schema of the tenant has this name. */
  public boolean exists(ClusterAccess access, TenantLocation tenant, String schema) {
    try (Session session = clusters.owner(access, TenantData.of(tenant))) {
      return exists(session, schema);
    }
  }

  /** Drops a replaced schema with all its objects, if it exists. */
  public void drop(ClusterAccess access, TenantLocation tenant, String schema) {
    try (Session session = clusters.owner(access, TenantData.of(tenant))) {
      new SchemaObjects(clusters.objects(access), tenant.tenantId()).dropReplaced(session, schema);
    }
  }
}
