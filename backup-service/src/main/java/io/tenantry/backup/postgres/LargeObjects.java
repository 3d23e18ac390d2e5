package io.tenantry.backup.postgres;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Large objects, which belong to a database and to no schema.
 *
 * <p>Before version 19 of PostgreSQL {@code pg_read_all_data} does not include them, so each has to
 * be granted to {@code tenantry_dump}.
 */
final class LargeObjects {

  private static final int READ_ALL_DATA_INCLUDES_THEM = 190_000;

  /** The number of large objects granted by one statement. */
  private static final int BATCH = 1000;

  private LargeObjects() {}

  /** Grants pg_dump's role all large objects that the owner role may grant; committed on return. */
  static void grantToDump(Session owner) {
    List<Long> missing =
        owner.list(
            row -> row.getLong(0),
            """
            SELECT oid::int8
            FROM pg_catalog.pg_largeobject_metadata
            WHERE current_setting('server_version_num')::int < $1::int
              AND pg_catalog.pg_has_role(lomowner, 'USAGE')
              AND NOT EXISTS (
                SELECT
                FROM pg_catalog.aclexplode(lomacl)
                WHERE grantee IN (0, 'tenantry_dump'::regrole)
                  AND privilege_type = 'SELECT'
              )
            ORDER BY oid
            """,
            READ_ALL_DATA_INCLUDES_THEM);
    for (int from = 0; from < missing.size(); from += BATCH) {
      owner.execute(
          missing.subList(from, Math.min(missing.size(), from + BATCH)).stream()
              .map(Object::toString)
              .collect(
                  Collectors.joining(", ", "GRANT SELECT ON LARGE OBJECT ", " TO tenantry_dump")));
    }
  }

  /** Counts the database's large objects. */
  static long count(Session session) {
    return session
        .first(
            row -> row.getLong(0),
            "SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata")
        .orElseThrow();
  }

  /** Counts the large objects of the tenant's roles. */
  static long countOwn(Session owner) {
    return owner
        .first(
            row -> row.getLong(0),
            """
            SELECT pg_catalog.count(*)
            FROM pg_catalog.pg_largeobject_metadata
            WHERE pg_catalog.pg_has_role(lomowner, 'USAGE')
            """)
        .orElseThrow();
  }
}
