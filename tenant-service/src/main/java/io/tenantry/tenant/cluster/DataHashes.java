package io.tenantry.tenant.cluster;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * Computes one hash per table and sequence of a database, to compare data. The server computes the
 * hashes, so no rows are transferred; the order of rows does not matter.
 */
final class DataHashes {

  /** The number of tables per query, which keeps the planning time short. */
  private static final int TABLES_PER_QUERY = 100;

  private static final String TABLES =
      """
      SELECT format('%I.%I', nspname, relname), relforcerowsecurity
      FROM pg_class
      JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE relkind IN ('r', 'm')
        AND relispopulated
        AND nspname !~ '^pg_'
        AND nspname <> 'information_schema'
        AND relname <> '"""
          + TemplateContent.HISTORY
          + """
      '
        AND NOT EXISTS (
          SELECT
          FROM pg_depend
          WHERE classid = 'pg_class'::regclass
            AND objid = pg_class.oid
            AND deptype = 'e'
        )
      """;

  private static final String SEQUENCES =
      """
      SELECT format('%I.%I', schemaname, sequencename), last_value::text
      FROM pg_sequences
      WHERE last_value IS NOT NULL
      """;

  private DataHashes() {}

  /**
   * The hashes of non-empty tables and used sequences, by name.
   *
   * @param database connects as the owner of the content, or as a member of {@code
   *     tenantry_content}
   */
  static Map<String, String> of(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // The blueprint may have created tables as either role.
      statement.execute("SET LOCAL ROLE NONE");
      statement.execute("SET LOCAL search_path = pg_catalog");
      statement.execute("SET LOCAL timezone = 'UTC'");
      Map<String, String> hashes = new TreeMap<>();
      try {
        List<String> queries = queries(statement);
        for (int from = 0; from < queries.size(); from += TABLES_PER_QUERY) {
          int to = Math.min(from + TABLES_PER_QUERY, queries.size());
          add(statement, String.join("\nUNION ALL\n", queries.subList(from, to)), hashes);
        }
        hashes.values().removeIf(hash -> hash.startsWith("0 "));
        add(statement, SEQUENCES, hashes);
        return hashes;
      } finally {
        connection.rollback();
      }
    }
  }

  /** One query per table; row security of the owner is disabled until the rollback. */
  private static List<String> queries(Statement statement) throws SQLException {
    List<String> queries = new ArrayList<>();
    List<String> forced = new ArrayList<>();
    try (ResultSet tables = statement.executeQuery(TABLES)) {
      while (tables.next()) {
        String table = tables.getString(1);
        queries.add(
            "SELECT '%s', count(*) || ' ' || coalesce(sum(hashtextextended((t.*)::text, 0)), 0) FROM ONLY %s AS t"
                .formatted(table.replace("'", "''"), table));
        if (tables.getBoolean(2)) {
          forced.add(table);
        }
      }
    }
    for (String table : forced) {
      statement.execute("ALTER TABLE %s NO FORCE ROW LEVEL SECURITY".formatted(table));
    }
    return queries;
  }

  private static void add(Statement statement, String query, Map<String, String> hashes)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        hashes.put(rows.getString(1), rows.getString(2));
      }
    }
  }
}
