package io.tenantry.kernel.cluster;

import io.tenantry.kernel.db.Sql;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A database as found on the server.
 *
 * @param comment its comment, which may be a mark; null if there is no comment
 * @param acceptsConnections false until it is finished
 * @param template whether databases may be cloned from it
 */
public record FoundDatabase(
    String name,
    String owner,
    @Nullable String comment,
    boolean acceptsConnections,
    boolean template) {

  private static final String SELECT =
      """
      SELECT datname, pg_get_userbyid(datdba) AS owner, shobj_description(oid, 'pg_database') AS comment,
        datallowconn, datistemplate
      FROM pg_database
      """;

  /** The database of this name, if it exists. */
  public static Optional<FoundDatabase> find(Sql session, String name) {
    return session.first(FoundDatabase::found, SELECT + "WHERE datname = $1", name);
  }

  /** All databases that have a mark or are unfinished. */
  public static List<FoundDatabase> all(Sql session) {
    return session.list(
        FoundDatabase::found,
        SELECT
            + """
              WHERE shobj_description(oid, 'pg_database') LIKE 'tenantry %%'
                OR pg_get_userbyid(datdba) IN ('%s', '%s')
              ORDER BY datname
              """
                .formatted(ClusterRoles.OWNER, ClusterRoles.SCRATCH));
  }

  private static FoundDatabase found(Row row) {
    return new FoundDatabase(
        row.getString("datname"),
        row.getString("owner"),
        row.getString("comment"),
        row.getBoolean("datallowconn"),
        row.getBoolean("datistemplate"));
  }

  /** Its mark. */
  public Optional<Mark> mark() {
    return Mark.parse(comment);
  }

  /** Whether it is a finished golden template: it becomes a template in the last step. */
  public boolean isGoldenTemplate() {
    return template && !acceptsConnections;
  }

  /** Whether it was created and has never accepted connections. */
  public boolean isUnfinished() {
    return owner.equals(ClusterRoles.SCRATCH) && comment == null && !acceptsConnections;
  }
}
