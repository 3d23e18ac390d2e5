package io.tenantry.kernel.cluster;

import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlSession;
import io.vertx.sqlclient.Row;

/** The part of {@link ClusterObjects} that changes marks. */
public final class MarkChanges {

  private final ClusterObjects objects;

  /** For the objects of one cluster. */
  public MarkChanges(ClusterObjects objects) {
    this.objects = objects;
  }

  /**
   * Marks a database that was created by a version without marks: it has no comment and is owned by
   * the admin, as replaced databases were in that version. Any other database is not changed.
   */
  public void markOlder(SqlSession session, String name, Mark mark) {
    objects.locked(
        session,
        Kind.DATABASE,
        name,
        () -> {
          for (Row row :
              session.run(
                  """
                  SELECT pg_catalog.format('COMMENT ON DATABASE %I IS %L', datname, $2::text)
                  FROM pg_catalog.pg_database
                  WHERE datname = $1
                    AND pg_catalog.pg_get_userbyid(datdba) = current_user
                    AND pg_catalog.shobj_description(oid, 'pg_database') IS NULL
                  """,
                  name, mark.toString())) {
            session.execute(row.getString(0));
          }
          return true;
        });
  }

  /**
   * Changes the purpose of a database or role, if it has the expected mark, in one transaction.
   *
   * @throws IdentityMismatch if it has another mark, or does not exist
   */
  public void change(Sql session, Kind kind, String name, Mark expected, Mark next) {
    ClusterObjects.refuseMismatch(
        () ->
            session.run(
                "SELECT catalog.change_mark($1, $2, $3, $4, $5)",
                kind.toString(),
                name,
                expected.toString(),
                next.toString(),
                objects.systemIdentifier()));
  }
}
