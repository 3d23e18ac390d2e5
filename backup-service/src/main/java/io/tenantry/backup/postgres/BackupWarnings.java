package io.tenantry.backup.postgres;

import io.tenantry.kernel.tenant.TenantLocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds, in the catalogs, the objects of a tenant that its backup does not contain or that a
 * restore leaves out or cannot create, so that the backup itself can list them.
 */
final class BackupWarnings {

  /** The maximum number of names in a warning; further ones are counted. */
  private static final int MAX_NAMES = 10;

  /**
   * Whether {@link #QUERY} may find anything, in a fraction of its time: most tenants have nothing
   * of the kind. Objects of PostgreSQL itself have OIDs below 16384.
   */
  private static final String POSSIBLE =
      """
      WITH space AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1::text)
      SELECT EXISTS (SELECT FROM pg_catalog.pg_seclabel)
        OR EXISTS (
          SELECT
          FROM pg_catalog.pg_class
          WHERE oid >= 16384
            AND (relkind = 'f' OR reltablespace <> 0)
            AND ($1 IS NULL OR relnamespace = (SELECT oid FROM space))
        )
        OR EXISTS (
          SELECT
          FROM pg_catalog.pg_proc
          JOIN pg_catalog.pg_language ON pg_language.oid = prolang
          WHERE pg_proc.oid >= 16384
            AND (proleakproof OR prosupport <> 0 OR NOT lanpltrusted)
            AND ($1 IS NULL OR pronamespace = (SELECT oid FROM space))
        )
        OR EXISTS (
          SELECT
          FROM pg_catalog.pg_type
          WHERE oid >= 16384
            AND typtype = 'b'
            AND typelem = 0
            AND ($1 IS NULL OR typnamespace = (SELECT oid FROM space))
        )
        OR EXISTS (
          SELECT
          FROM pg_catalog.pg_opclass
          WHERE oid >= 16384
            AND ($1 IS NULL OR opcnamespace = (SELECT oid FROM space))
        )
        OR EXISTS (SELECT FROM pg_catalog.pg_cast WHERE oid >= 16384)
        OR CASE
          WHEN $1 IS NULL THEN
            EXISTS (SELECT FROM pg_catalog.pg_event_trigger)
            OR EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql')
            OR EXISTS (SELECT FROM pg_catalog.pg_foreign_data_wrapper)
            OR EXISTS (SELECT FROM pg_catalog.pg_publication)
            OR EXISTS (
              SELECT subname
              FROM pg_catalog.pg_subscription
              WHERE subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
            )
          ELSE EXISTS (SELECT FROM pg_catalog.pg_publication_rel)
        END
      """;

  /**
   * Returns the kind of warning and the name of each object, without a schema for the whole
   * database.
   */
  private static final String QUERY =
      """
      WITH RECURSIVE spaces AS (
        SELECT oid, nspname
        FROM pg_catalog.pg_namespace
        WHERE CASE
            WHEN $1::text IS NULL THEN nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
            ELSE nspname = $1
          END
      ), members AS (
        SELECT classid, objid
        FROM pg_catalog.pg_depend
        WHERE deptype = 'e'
      ), relations AS (
        SELECT c.oid, pg_catalog.format('%I.%I', nspname, relname) AS name, relkind, reltablespace
        FROM pg_catalog.pg_class c
        JOIN spaces ON spaces.oid = relnamespace
        WHERE NOT EXISTS (SELECT FROM members WHERE classid = 'pg_catalog.pg_class'::regclass AND objid = c.oid)
      ), functions AS (
        SELECT p.oid, pg_catalog.format('%I.%I', nspname, proname) AS name, proleakproof, prosupport, lanname, lanpltrusted
        FROM pg_catalog.pg_proc p
        JOIN spaces ON spaces.oid = pronamespace
        JOIN pg_catalog.pg_language l ON l.oid = prolang
        WHERE NOT EXISTS (SELECT FROM members WHERE classid = 'pg_catalog.pg_proc'::regclass AND objid = p.oid)
      ), foreign_relations AS (
        SELECT oid FROM relations WHERE relkind = 'f'
        UNION
        SELECT ev_class
        FROM foreign_relations
        JOIN pg_catalog.pg_depend ON refclassid = 'pg_catalog.pg_class'::regclass AND refobjid = foreign_relations.oid
        JOIN pg_catalog.pg_rewrite ON classid = 'pg_catalog.pg_rewrite'::regclass AND objid = pg_rewrite.oid
      ), objects (kind, name) AS (
        SELECT 'event trigger', evtname::text FROM pg_catalog.pg_event_trigger e
        WHERE $1 IS NULL
          AND NOT EXISTS (SELECT FROM members WHERE classid = 'pg_catalog.pg_event_trigger'::regclass AND objid = e.oid)
        UNION ALL
        SELECT 'extension', extname::text FROM pg_catalog.pg_extension
        WHERE $1 IS NULL
          AND extname IN (
            SELECT name
            FROM pg_catalog.pg_available_extension_versions
            GROUP BY name
            HAVING pg_catalog.bool_and(superuser AND NOT trusted)
          )
        UNION ALL
        SELECT 'foreign', 'server ' || srvname FROM pg_catalog.pg_foreign_server WHERE $1 IS NULL
        UNION ALL
        SELECT 'foreign', 'data wrapper ' || fdwname FROM pg_catalog.pg_foreign_data_wrapper w
        WHERE $1 IS NULL
          AND NOT EXISTS (SELECT FROM members WHERE classid = 'pg_catalog.pg_foreign_data_wrapper'::regclass AND objid = w.oid)
        UNION ALL
        SELECT 'foreign', CASE relkind WHEN 'f' THEN 'table ' ELSE 'view ' END || name FROM relations
        WHERE oid IN (SELECT oid FROM foreign_relations)
          AND relkind IN ('f', 'v', 'm')
        UNION ALL
        SELECT 'publication', pubname::text FROM pg_catalog.pg_publication p
        WHERE $1 IS NULL
          AND (puballtables OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace WHERE pnpubid = p.oid))
        UNION ALL
        SELECT 'published', name FROM relations
        WHERE $1 IS NOT NULL
          AND oid IN (SELECT prrelid FROM pg_catalog.pg_publication_rel)
        UNION ALL
        SELECT 'label', objname FROM pg_catalog.pg_seclabels
        WHERE objnamespace IN (SELECT oid FROM spaces) OR ($1 IS NULL AND objnamespace IS NULL AND objtype = 'schema')
        UNION ALL
        SELECT 'tablespace', spcname || ': ' || name FROM relations
        JOIN pg_catalog.pg_tablespace t ON t.oid = reltablespace
        WHERE relkind <> 't'
        UNION ALL
        SELECT 'leakproof', name FROM functions WHERE proleakproof AND lanpltrusted
        UNION ALL
        SELECT 'subscription', subname::text FROM pg_catalog.pg_subscription
        WHERE $1 IS NULL
          AND subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        UNION ALL
        SELECT 'cast', pg_catalog.format('from %s to %s', pg_catalog.format_type(castsource, NULL), pg_catalog.format_type(casttarget, NULL))
        FROM pg_catalog.pg_cast
        WHERE $1 IS NOT NULL
          AND EXISTS (
            SELECT
            FROM pg_catalog.pg_type
            JOIN spaces ON spaces.oid = typnamespace
            WHERE pg_type.oid IN (castsource, casttarget)
          )
        UNION ALL
        SELECT 'restricted', 'function ' || name FROM functions WHERE NOT lanpltrusted OR prosupport <> 0
        UNION ALL
        SELECT 'restricted', pg_catalog.format('type %I.%I', nspname, typname) FROM pg_catalog.pg_type t
        JOIN spaces ON spaces.oid = typnamespace
        WHERE typtype = 'b'
          AND typelem = 0
          AND NOT EXISTS (SELECT FROM members WHERE classid = 'pg_catalog.pg_type'::regclass AND objid = t.oid)
        UNION ALL
        SELECT 'restricted', pg_catalog.format('operator class %I.%I', nspname, opcname) FROM pg_catalog.pg_opclass o
        JOIN spaces ON spaces.oid = opcnamespace
        WHERE NOT EXISTS (SELECT FROM members WHERE classid = 'pg_catalog.pg_opclass'::regclass AND objid = o.oid)
        UNION ALL
        SELECT 'restricted', pg_catalog.format('cast from %s to %s', pg_catalog.format_type(castsource, NULL), pg_catalog.format_type(casttarget, NULL))
        FROM pg_catalog.pg_cast c
        WHERE $1 IS NULL
          AND castmethod = 'b'
          AND c.oid >= 16384
          AND NOT EXISTS (SELECT FROM members WHERE classid = 'pg_catalog.pg_cast'::regclass AND objid = c.oid)
      )
      SELECT kind, name
      FROM objects
      ORDER BY kind, name
      """;

  private static final Map<String, String> KINDS = kinds();

  private BackupWarnings() {}

  private static Map<String, String> kinds() {
    Map<String, String> kinds = new LinkedHashMap<>();
    kinds.put("event trigger", "A restore leaves out event triggers, which a superuser creates");
    kinds.put("extension", "A restore leaves out extensions that only a superuser may create");
    kinds.put("foreign", "A restore leaves out foreign servers, foreign tables and their views");
    kinds.put("publication", "A restore leaves out publications that only a superuser may create");
    kinds.put("label", "A restore leaves out security labels");
    kinds.put("tablespace", "A restore moves objects from other tablespaces to the database's own");
    kinds.put("leakproof", "A restore creates functions without LEAKPROOF");
    kinds.put("subscription", "The backup does not contain subscriptions");
    kinds.put(
        "cast",
        "The backup of a schema does not contain casts; objects that need them are not restored");
    kinds.put("published", "The backup of a schema does not contain its publications");
    kinds.put("restricted", "A restore fails, since only a superuser may create");
    return kinds;
  }

  /**
   * Returns the warnings of a backup, in sentences.
   *
   * @param session of the owner role, in the dumped snapshot
   * @param largeObjects the number of the tenant's large objects
   */
  static List<String> of(Session session, TenantLocation tenant, long largeObjects) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    if (session.one(row -> row.getBoolean(0), POSSIBLE, tenant.schema())) {
      session
          .list(row -> Map.entry(row.getString(0), row.getString(1)), QUERY, tenant.schema())
          .forEach(
              object ->
                  found
                      .computeIfAbsent(object.getKey(), kind -> new ArrayList<>())
                      .add(object.getValue()));
    }
    List<String> warnings = new ArrayList<>();
    KINDS.forEach(
        (kind, sentence) -> {
          if (found.containsKey(kind)) {
            warnings.add("%s: %s.".formatted(sentence, named(found.get(kind))));
          }
        });
    if (tenant.schema().isPresent() && largeObjects > 0) {
      warnings.add(
          "The backup of a schema does not contain large objects: the tenant has %d."
              .formatted(largeObjects));
    }
    return List.copyOf(warnings);
  }

  /** The first names, and the number of further ones. */
  static String named(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())))
        + (names.size() > MAX_NAMES ? " and %d more".formatted(names.size() - MAX_NAMES) : "");
  }
}
