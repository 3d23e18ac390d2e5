package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.tenant.TenantPlace;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
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
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Restores a schema in one transaction: the live one is renamed, the dump makes another in its
 * place, its rows are counted, and the commit is the swap. Before it nobody sees any of this, and
 * whatever fails or dies leaves the live schema as it was.
 */
@Singleton
public final class SchemaSwap {

  private static final String COUNTED = "tenantry-counted";
  private static final String COMMITTED = "tenantry-committed";

  private final Clusters clusters;
  private final PgPrograms programs;

  SchemaSwap(Clusters clusters, PgPrograms programs) {
    this.clusters = clusters;
    this.programs = programs;
  }

  /**
   * What is restored, and to where.
   *
   * @param former what the live schema is renamed to
   */
  public record Plan(ClusterAccess admin, TenantPlace target, Manifest manifest, String former) {

    /** The names that change with the tenant; schema and role may have the same. */
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

    /** The backup's tables, under the names they get. */
    public List<Manifest.Table> tables() {
      return manifest.tables().stream()
          .map(table -> new Manifest.Table(live(), table.name(), table.rows()))
          .toList();
    }
  }

  /**
   * Restores.
   *
   * @param beforeCommit is told what was counted, by the names of {@link Plan#tables}; throws to
   *     give the restore up
   * @return how long the commit took
   */
  public Duration restore(Plan plan, InputStream dump, Consumer<List<Manifest.Table>> beforeCommit)
      throws InterruptedException {
    List<String> users = users(plan);
    PgPrograms.Programs client = programs.forServer(0);
    try (PgProcess restore =
            PgProcess.start(
                client.pgRestore(), List.of("--file=-"), Map.of(), ErrorCode.RESTORE_FAILED);
        PgProcess psql =
            PgProcess.start(
                client.psql(),
                List.of(
                    "--no-psqlrc",
                    "--no-password",
                    "--quiet",
                    "--no-align",
                    "--tuples-only",
                    "--set=ON_ERROR_STOP=1"),
                plan.admin(),
                plan.target().database(),
                ErrorCode.RESTORE_FAILED)) {
      Feeder feeder = Feeder.start(dump, restore);
      return Heavy.run(
          () -> converse(plan, users, restore, psql, beforeCommit, feeder),
          () -> {
            restore.end();
            psql.end();
          });
    }
  }

  private static Duration converse(
      Plan plan,
      List<String> users,
      PgProcess restore,
      PgProcess psql,
      Consumer<List<Manifest.Table>> beforeCommit,
      Feeder feeder)
      throws InterruptedException {
    BufferedReader answers =
        new BufferedReader(new InputStreamReader(psql.output(), StandardCharsets.UTF_8));
    try (OutputStream input = psql.input()) {
      say(input, "\\o /dev/null\nBEGIN;\n" + setAside(plan));
      new ScriptMapping(plan.names()).write(restore.output(), input);
      // Nothing is committed of a dump that was not read to its authentic end.
      feeder.await();
      restore.awaitSuccess();
      say(input, putBack(plan) + "\\o\n" + count(plan) + ";\n\\echo " + COUNTED + "\n");
      beforeCommit.accept(counted(plan, read(answers, COUNTED)));
      long begun = System.nanoTime();
      say(
          input,
          "\\o /dev/null\n"
              + revoke(plan.former(), users)
              + "COMMIT;\n"
              + endSessions(users)
              + "\\o\n\\echo "
              + COMMITTED
              + "\n");
      read(answers, COMMITTED);
      return Duration.ofNanos(System.nanoTime() - begun);
    } catch (IOException | UncheckedIOException e) {
      feeder.rethrow();
      psql.awaitSuccess();
      throw new TenantryException(ErrorCode.RESTORE_FAILED, "psql ended too early.", e);
    }
  }

  /**
   * The live schema makes room. And the one the backup was made of, should it be another in the
   * same database, hides: whatever the mapping missed then fails and changes nothing.
   */
  private static String setAside(Plan plan) {
    String hide =
        plan.source().equals(plan.live())
            ? ""
            : ifExists(
                plan.source(),
                "ALTER SCHEMA %s RENAME TO %s"
                    .formatted(quote(plan.source()), quote(hidden(plan))));
    return "ALTER SCHEMA %s RENAME TO %s;\n".formatted(quote(plan.live()), quote(plan.former()))
        + hide;
  }

  private static String putBack(Plan plan) {
    return plan.source().equals(plan.live())
        ? ""
        : ifExists(
            hidden(plan),
            "ALTER SCHEMA %s RENAME TO %s".formatted(quote(hidden(plan)), quote(plan.source())));
  }

  private static String hidden(Plan plan) {
    return "hidden_" + plan.former();
  }

  private static String ifExists(String schema, String statement) {
    return """
        DO $tenantry$ BEGIN
          IF EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s) THEN %s; END IF;
        END $tenantry$;
        """
        .formatted(io.tenantry.kernel.db.Identifiers.literal(schema), statement);
  }

  private static String count(Plan plan) {
    return plan.tables().isEmpty() ? "SELECT" : RowCounts.query(plan.tables());
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

  /** Whoever was in the middle of something was so in the former schema. */
  private static String endSessions(List<String> users) {
    StringBuilder statements = new StringBuilder();
    for (String user : users) {
      statements.append(
          """
          SELECT pg_catalog.pg_terminate_backend(pid)
          FROM pg_catalog.pg_stat_activity
          WHERE usename = %s AND datname = pg_catalog.current_database();
          """
              .formatted(io.tenantry.kernel.db.Identifiers.literal(user)));
    }
    return statements.toString();
  }

  private static void say(OutputStream input, String words) throws IOException {
    input.write(words.getBytes(StandardCharsets.UTF_8));
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
    throw new IOException("psql ended before it said " + end);
  }

  /** Who may use the live schema beside Tenantry's own groups: the tenant, suspended or not. */
  private List<String> users(Plan plan) {
    try (Session session = clusters.open(plan.admin(), plan.target().database())) {
      return users(session, plan.live());
    }
  }

  private static List<String> users(Session session, String schema) {
    return session.list(
        """
        SELECT DISTINCT role.rolname
        FROM pg_namespace n
        CROSS JOIN aclexplode(n.nspacl) acl
        JOIN pg_roles role ON role.oid = acl.grantee
        WHERE n.nspname = $1
          AND role.rolname NOT IN ('tenantry_app', 'tenantry_owner')
          AND role.rolname <> current_user
        """,
        row -> row.getString(0),
        schema);
  }

  /** Puts a former schema back in the place of the live one, with the rights of that. */
  public Duration undo(
      ClusterAccess admin, String database, String live, String former, String undone) {
    try (Session session = clusters.open(admin, database)) {
      List<String> users = users(session, live);
      StringBuilder grants = new StringBuilder();
      for (String user : users) {
        grants.append("GRANT USAGE ON SCHEMA %s TO %s;".formatted(quote(live), quote(user)));
      }
      long begun = System.nanoTime();
      session.execute(
          "BEGIN; ALTER SCHEMA %s RENAME TO %s; ALTER SCHEMA %s RENAME TO %s; %s %s COMMIT"
              .formatted(
                  quote(live),
                  quote(undone),
                  quote(former),
                  quote(live),
                  grants,
                  revoke(undone, users)));
      if (!users.isEmpty()) {
        session.execute(endSessions(users));
      }
      return Duration.ofNanos(System.nanoTime() - begun);
    }
  }

  /** Whether a database has this schema. */
  public boolean exists(ClusterAccess admin, String database, String schema) {
    try (Session session = clusters.open(admin, database)) {
      return session
          .first("SELECT 1 FROM pg_namespace WHERE nspname = $1", row -> true, schema)
          .orElse(false);
    }
  }

  /** Drops a schema and all in it; none of that name is fine too. */
  public void drop(ClusterAccess admin, String database, String schema) {
    try (Session session = clusters.open(admin, database)) {
      session.execute("DROP SCHEMA IF EXISTS %s CASCADE".formatted(quote(schema)));
    }
  }
}
