package io.tenantry.kernel.cluster;

import io.tenantry.kernel.db.Sql;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A database as the server has it.
 *
 * @param comment what stands where a mark would; null if nothing does
 * @param admitsConnections false until it is finished
 * @param template whether databases may be cloned from it
 */
public record FoundDatabase(
    String name,
    String owner,
    @Nullable String comment,
    boolean admitsConnections,
    boolean template) {

  private static final String SELECT =
      """
      SELECT datname, pg_get_userbyid(datdba) AS owner, shobj_description(oid, 'pg_database') AS comment,
        datallowconn, datistemplate
      FROM pg_database
      """;

  /** A database; empty if there is none of this name. */
  public static Optional<FoundDatabase> find(Sql session, String name) {
    return session.first(FoundDatabase::found, SELECT + "WHERE datname = $1", name);
  }

  /** All databases that bear a mark, or are not finished. */
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

  /** Whether it is a golden template: closed and made a template last of all, when it is ready. */
  public boolean isGoldenTemplate() {
    return template && !admitsConnections;
  }

  /** Whether it was created and never opened to connections. */
  public boolean isUnfinished() {
    return owner.equals(ClusterRoles.SCRATCH) && comment == null && !admitsConnections;
  }
}
