package io.tenantry.kernel.migration;

import static io.tenantry.kernel.db.Identifiers.literal;

/**
 * Where migrations share a transaction, what the commit between two of them would do to deferred
 * constraints.
 */
public final class DeferredConstraints {

  private DeferredConstraints() {}

  /**
   * SQL that checks a schema's deferrable constraints now and defers again those that are deferred
   * from the beginning. Each is named: {@code SET CONSTRAINTS ALL} would also hold for those that
   * are created later. A name that a constraint which is not deferrable has, too, cannot be set;
   * what has it is checked when the transaction ends.
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
