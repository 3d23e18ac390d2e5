package io.tenantry.kernel.migration;

import static io.tenantry.kernel.db.Identifiers.literal;

/** Checks deferred constraints between migrations that share a transaction, as a commit would. */
public final class DeferredConstraints {

  private DeferredConstraints() {}

  /**
   * SQL that checks a schema's deferrable constraints now and defers the initially deferred ones
   * again. The constraints are named, since {@code SET CONSTRAINTS ALL} would also affect those
   * created later. A name that a non-deferrable constraint has, too, cannot be set; such
   * constraints are checked at the end of the transaction.
   */
  public static String check(String schema) {
    return """
    DO $tenantry$
    DECLARE
      checked text;
      deferred text;
    BEGIN
      SELECT pg_catalog.string_agg(name, ', '), pg_catalog.string_agg(name, ', ') FILTER (WHERE defers)
      INTO checked, deferred
      FROM (
        SELECT pg_catalog.format('%%I.%%I', %1$s, conname) AS name, pg_catalog.bool_or(condeferred) AS defers
        FROM pg_catalog.pg_constraint
        WHERE connamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %1$s)
        GROUP BY conname
        HAVING pg_catalog.bool_and(condeferrable)
      ) AS names;
      IF checked IS NOT NULL THEN
        EXECUTE 'SET CONSTRAINTS ' || checked || ' IMMEDIATE';
      END IF;
      IF deferred IS NOT NULL THEN
        EXECUTE 'SET CONSTRAINTS ' || deferred || ' DEFERRED';
      END IF;
    END
    $tenantry$;
    """
        .formatted(literal(schema));
  }
}
