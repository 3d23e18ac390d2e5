package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Counts the rows of restored tables in sessions of the owner role. Planning such a query evaluates
 * the tenant's own functions, in the predicates of indexes for example, so no role with other
 * rights may run it. The rows of a backup are counted in its dump, see {@link DumpReader}.
 */
public final class RowCounts {

  /** The number of tables counted by one statement. */
  private static final int BATCH = 40;

  private RowCounts() {}

  /**
   * A table that pg_dump would dump.
   *
   * @param forced whether its policies apply to its owner, too
   */
  record Found(long oid, String schema, String name, boolean forced) {

    String quoted() {
      return quote(schema) + "." + quote(name);
    }

    Manifest.Table withRows(long rows) {
      return new Manifest.Table(schema, name, rows);
    }
  }

  /**
   * Returns all tables that pg_dump would dump.
   *
   * @param schema only of this schema; empty for the whole database
   */
  static List<Found> tables(Session session, Optional<String> schema) {
    return session.list(
        row -> new Found(row.getLong(0), row.getString(1), row.getString(2), row.getBoolean(3)),
        """
        SELECT c.oid::int8, n.nspname, c.relname, c.relrowsecurity AND c.relforcerowsecurity
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r'
          AND c.relpersistence <> 't'
          AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
          AND ($1::text IS NULL OR n.nspname = $1)
          AND NOT EXISTS (
            SELECT
            FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_class'::regclass
              AND d.objid = c.oid
              AND d.deptype = 'e'
          )
        ORDER BY n.nspname, c.relname
        """,
        schema);
  }

  /**
   * Counts all restored tables while no other session uses them: policies that hide rows from the
   * owner of a table are off meanwhile.
   *
   * @param path the search path of the tenant's functions
   * @throws TenantryException {@code RESTORE_FAILED}
   */
  public static List<Manifest.Table> countRestored(
      Session session, Optional<String> schema, TenantSearchPath path) {
    try {
      return countAll(session, schema, path);
    } catch (SqlError e) {
      throw new TenantryException(
          ErrorCode.RESTORE_FAILED,
          "The restored rows could not be counted: %s.".formatted(ProgramErrors.of(e)),
          e);
    }
  }

  private static List<Manifest.Table> countAll(
      Session session, Optional<String> schema, TenantSearchPath path) {
    List<Found> tables = tables(session, schema);
    session.execute("BEGIN");
    try {
      tables.stream().filter(Found::forced).map(RowCounts::unforced).forEach(session::execute);
      session.execute("SET LOCAL row_security = off");
      return count(session, tables, path);
    } finally {
      session.execute("ROLLBACK");
    }
  }

  /** Returns the materialized views that are not populated. */
  public static List<String> emptyViews(Session session, Optional<String> schema) {
    return session.list(
        row -> row.getString(0),
        """
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'm'
          AND NOT c.relispopulated
          AND ($1::text IS NULL OR n.nspname = $1)
        ORDER BY 1
        """,
        schema);
  }

  /** The statement that lets the owner of a table see all of its rows. */
  private static String unforced(Found table) {
    return "ALTER TABLE %s NO FORCE ROW LEVEL SECURITY".formatted(table.quoted());
  }

  /** Counts tables in the given order, and sets the tenant's search path for the transaction. */
  private static List<Manifest.Table> count(
      Session session, List<Found> tables, TenantSearchPath path) {
    path.setLocally(session);
    List<Manifest.Table> counted = new ArrayList<>();
    for (int from = 0; from < tables.size(); from += BATCH) {
      List<Found> some = tables.subList(from, Math.min(tables.size(), from + BATCH));
      for (Row row : session.run(query(some.stream().map(Found::quoted).toList()))) {
        counted.add(some.get(row.getInteger(0)).withRows(row.getLong(1)));
      }
    }
    return counted;
  }

  /** A query whose rows are a table's index and its number of rows. */
  static String query(List<String> tables) {
    return IntStream.range(0, tables.size())
        .mapToObj(
            i ->
                // ONLY: a parent's rows are its own, its children are counted themselves.
                "SELECT %d, pg_catalog.count(*) FROM ONLY %s".formatted(i, tables.get(i)))
        .collect(Collectors.joining(" UNION ALL ", "", " ORDER BY 1"));
  }
}
