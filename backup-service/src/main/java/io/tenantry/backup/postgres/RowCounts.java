package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Counts the rows of a tenant's tables. */
public final class RowCounts {

  /** Tables counted by one statement. */
  private static final int AT_ONCE = 40;

  private RowCounts() {}

  /**
   * All tables that pg_dump would take, with their rows as the session sees them.
   *
   * @param schema only of this schema; empty for the whole database
   */
  public static List<Manifest.Table> count(Session session, Optional<String> schema) {
    List<Manifest.Table> tables =
        session.list(
            """
            SELECT n.nspname, c.relname
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r'
              AND c.relpersistence <> 't'
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
              AND ($1::text IS NULL OR n.nspname = $1)
              AND NOT EXISTS (
                SELECT
                FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid
                  AND d.deptype = 'e'
              )
            ORDER BY n.nspname, c.relname
            """,
            row -> new Manifest.Table(row.getString(0), row.getString(1), 0),
            schema.orElse(null));
    List<Manifest.Table> counted = new ArrayList<>();
    for (int from = 0; from < tables.size(); from += AT_ONCE) {
      counted.addAll(count(session, tables.subList(from, Math.min(tables.size(), from + AT_ONCE))));
    }
    return counted;
  }

  private static List<Manifest.Table> count(Session session, List<Manifest.Table> tables) {
    List<Manifest.Table> counted = new ArrayList<>();
    for (Row row : session.run(query(tables))) {
      Manifest.Table table = tables.get(row.getInteger(0));
      counted.add(new Manifest.Table(table.schema(), table.name(), row.getLong(1)));
    }
    return counted;
  }

  /** A query whose rows are a table's index and its number of rows. */
  static String query(List<Manifest.Table> tables) {
    return IntStream.range(0, tables.size())
        .mapToObj(
            i ->
                // ONLY: a parent's rows are its own, its children are counted themselves.
                "SELECT %d, count(*) FROM ONLY %s.%s"
                    .formatted(i, quote(tables.get(i).schema()), quote(tables.get(i).name())))
        .collect(Collectors.joining(" UNION ALL ", "", " ORDER BY 1"));
  }
}
