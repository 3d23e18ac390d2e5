package io.tenantry.backup.migration;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.postgres.Session;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A schema's migration history from Flyway's table: the last row of each migration.
 *
 * @param rows the rows by their keys
 */
record History(Map<String, HistoryRow> rows) {

  static final String TABLE = "flyway_schema_history";

  History {
    rows = Map.copyOf(rows);
  }

  static History of(List<HistoryRow> inOrder) {
    Map<String, HistoryRow> rows = new TreeMap<>();
    inOrder.forEach(row -> rows.put(row.key(), row));
    return new History(rows);
  }

  /** The table in a schema, quoted. */
  static String table(String schema) {
    return quote(schema) + "." + TABLE;
  }

  /** Reads the rows, in the order in which they were written. */
  static List<HistoryRow> read(Session session, String schema) {
    return session.list(
        HistoryRow::of,
        """
        SELECT version, description, type, script, checksum, success
        FROM %s
        ORDER BY installed_rank
        """
            .formatted(table(schema)));
  }

  Optional<HistoryRow> find(String key) {
    return Optional.ofNullable(rows.get(key));
  }

  History with(HistoryRow row) {
    Map<String, HistoryRow> more = new TreeMap<>(rows);
    more.put(row.key(), row);
    return new History(more);
  }

  History without(String key) {
    Map<String, HistoryRow> fewer = new TreeMap<>(rows);
    fewer.remove(key);
    return new History(fewer);
  }

  /** The history as one text, equal to what {@link #stateQuery} returns. */
  String state() {
    return rows.values().stream()
        .map(
            row ->
                row.key()
                    + '='
                    + row.checksum().map(Object::toString).orElse("")
                    + (row.type().equals(HistoryRow.SQL) ? "" : '/' + row.type())
                    + (row.success() ? "" : "!"))
        .sorted(
            Comparator.comparing(e -> e.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned))
        .collect(Collectors.joining(","));
  }

  /** An SQL expression for the {@link #state} of a schema. */
  static String stateQuery(String schema) {
    return """
    (SELECT coalesce(string_agg(entry, ',' ORDER BY entry COLLATE "C"), '')
    FROM (
      SELECT DISTINCT ON (coalesce('V' || version, script))
        coalesce('V' || version, script) || '=' || coalesce(checksum::text, '')
          || CASE type WHEN %s THEN '' ELSE '/' || type END || CASE WHEN success THEN '' ELSE '!' END AS entry
      FROM %s
      ORDER BY coalesce('V' || version, script), installed_rank DESC
    ) AS latest)"""
        .formatted(literal(HistoryRow.SQL), table(schema));
  }
}
