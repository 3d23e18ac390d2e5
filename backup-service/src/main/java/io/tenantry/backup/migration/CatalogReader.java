package io.tenantry.backup.migration;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.postgres.Session;
import io.tenantry.kernel.cluster.ClusterRoles;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a catalog in a form that does not depend on the tenant: names in the schema are written
 * without it, the tenant's roles and their groups as {@code tenant}, and the owner of a blueprint's
 * objects as {@code owner}. Objects of extensions and Flyway's history are left out.
 */
final class CatalogReader {

  private static final String QUERY =
      """
      WITH
      space AS (
        SELECT oid, CASE WHEN nspname = $1 THEN '' ELSE quote_ident(nspname) || '.' END AS prefix, nspname, nspowner, nspacl
        FROM pg_namespace
        WHERE nspname = $1
          OR $2 AND nspname !~ '^pg_' AND nspname <> 'information_schema'
            AND NOT EXISTS (
              SELECT FROM pg_depend
              WHERE classid = 'pg_namespace'::regclass AND objid = pg_namespace.oid AND deptype = 'e'
            )
      ),
      extension_member AS MATERIALIZED (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
      relation AS MATERIALIZED (
        SELECT pg_class.*, prefix || quote_ident(relname) AS name
        FROM pg_class
        JOIN space ON space.oid = relnamespace
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
          AND relname <> $4
          AND ('pg_class'::regclass, pg_class.oid) NOT IN (SELECT classid, objid FROM extension_member)
      ),
      routine AS MATERIALIZED (
        SELECT pg_proc.*, prefix || quote_ident(proname) || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')' AS name
        FROM pg_proc
        JOIN space ON space.oid = pronamespace
        WHERE ('pg_proc'::regclass, pg_proc.oid) NOT IN (SELECT classid, objid FROM extension_member)
      ),
      data_type AS MATERIALIZED (
        SELECT pg_type.*, prefix || quote_ident(typname) AS name
        FROM pg_type
        JOIN space ON space.oid = typnamespace
        WHERE (typtype IN ('e', 'd', 'r') OR typtype = 'c' AND EXISTS (SELECT FROM pg_class WHERE oid = typrelid AND relkind = 'c'))
          AND ('pg_type'::regclass, pg_type.oid) NOT IN (SELECT classid, objid FROM extension_member)
      ),
      role_name AS (
        SELECT oid, CASE WHEN rolname = ANY ($3) THEN 'tenant' WHEN rolname = ANY ($5) THEN 'owner' ELSE rolname::text END AS name
        FROM pg_roles
        UNION ALL
        SELECT 0, 'PUBLIC'
      ),
      acl AS (
        SELECT 'schema ' || nspname AS object, nspowner AS owner, coalesce(nspacl, acldefault('n', nspowner)) AS items
        FROM space
        WHERE nspname <> $1
        UNION ALL
        SELECT 'schema .', nspowner, nspacl FROM space WHERE nspname = $1 AND NOT $2
        UNION ALL
        SELECT CASE relkind WHEN 'S' THEN 'sequence ' ELSE 'table ' END || name, relowner, relacl FROM relation
        UNION ALL
        SELECT 'column ' || name || '.' || quote_ident(attname), relowner, attacl
        FROM relation
        JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT 'function ' || name, proowner, coalesce(proacl, acldefault('f', proowner)) FROM routine
        UNION ALL
        SELECT 'type ' || name, typowner, coalesce(typacl, acldefault('T', typowner)) FROM data_type
        UNION ALL
        SELECT 'default ' || prefix || defaclobjtype::text, defaclrole, defaclacl
        FROM pg_default_acl
        JOIN space ON space.oid = defaclnamespace
      )
      SELECT 'schema' AS kind, quote_ident(nspname) AS name, '' AS definition
      FROM space
      WHERE nspname <> $1
      UNION ALL
      SELECT 'setting', split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)
      FROM pg_db_role_setting
      JOIN pg_database ON pg_database.oid = setdatabase
      CROSS JOIN unnest(setconfig) AS setting
      WHERE $2 AND setrole = 0 AND datname = $6
      UNION ALL
      SELECT 'extension', quote_ident(extname), ''
      FROM pg_extension
      WHERE $2
      UNION ALL
      SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'f' THEN 'foreign_table' ELSE 'table' END,
        name,
        concat_ws(' ',
          CASE relpersistence WHEN 'u' THEN 'UNLOGGED' END,
          CASE WHEN relrowsecurity THEN 'ROW LEVEL SECURITY' END,
          CASE WHEN relforcerowsecurity THEN 'FORCED' END,
          'WITH ' || array_to_string(reloptions, ', '),
          'PARTITION BY ' || pg_get_partkeydef(relation.oid),
          pg_get_expr(relpartbound, relation.oid),
          (SELECT 'INHERITS ' || string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = relation.oid),
          CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(relation.oid, true) END)
      FROM relation
      WHERE relkind <> 'S'
      UNION ALL
      SELECT 'column', name || '.' || quote_ident(attname),
        concat_ws(' ',
          format_type(atttypid, atttypmod),
          (SELECT 'COLLATE ' || quote_ident(collname) FROM pg_collation JOIN pg_type ON pg_type.oid = atttypid
            WHERE pg_collation.oid = attcollation AND attcollation <> typcollation),
          CASE WHEN attnotnull THEN 'NOT NULL' END,
          CASE attgenerated WHEN '' THEN 'DEFAULT ' ELSE 'GENERATED (' || attgenerated::text || ') ' END || pg_get_expr(adbin, adrelid),
          CASE attidentity WHEN 'a' THEN 'IDENTITY ALWAYS' WHEN 'd' THEN 'IDENTITY BY DEFAULT' END)
      FROM relation
      JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE relkind <> 'S'
      UNION ALL
      SELECT 'constraint', relation.name || '.' || quote_ident(conname),
        pg_get_constraintdef(pg_constraint.oid, true)
      FROM pg_constraint
      JOIN relation ON relation.oid = conrelid
      WHERE contype NOT IN ('n', 't')
      UNION ALL
      SELECT 'constraint', data_type.name || '.' || quote_ident(conname),
        pg_get_constraintdef(pg_constraint.oid, true)
      FROM pg_constraint
      JOIN data_type ON data_type.oid = contypid
      UNION ALL
      SELECT 'index', relation.name || '.' || quote_ident(indexed.relname),
        concat_ws(' ', pg_get_indexdef(indexrelid), CASE WHEN NOT indisvalid THEN 'INVALID' END,
          CASE WHEN indisreplident THEN 'REPLICA IDENTITY' END, CASE WHEN indisclustered THEN 'CLUSTERED' END)
      FROM pg_index
      JOIN relation ON relation.oid = indrelid
      JOIN pg_class AS indexed ON indexed.oid = indexrelid
      UNION ALL
      SELECT 'sequence', name,
        concat_ws(' ', format_type(seqtypid, NULL), 'START', seqstart, 'INCREMENT', seqincrement, 'FROM', seqmin, 'TO', seqmax,
          'CACHE', seqcache, CASE WHEN seqcycle THEN 'CYCLE' END,
          (SELECT 'OWNED BY ' || refobjid::regclass || '.' || attname
            FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
            WHERE classid = 'pg_class'::regclass AND objid = relation.oid AND deptype IN ('a', 'i') AND refobjsubid > 0))
      FROM relation
      JOIN pg_sequence ON seqrelid = relation.oid
      UNION ALL
      SELECT CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, name,
        concat_ws(' ', 'RETURNS', pg_get_function_result(routine.oid), 'ARGUMENTS', pg_get_function_arguments(routine.oid),
          'LANGUAGE', lanname, provolatile, proparallel, CASE WHEN proisstrict THEN 'STRICT' END,
          CASE WHEN prosecdef THEN 'SECURITY DEFINER' END, CASE WHEN proleakproof THEN 'LEAKPROOF' END,
          'SET ' || array_to_string(proconfig, ', '), prosrc, pg_get_function_sqlbody(routine.oid))
      FROM routine
      JOIN pg_language ON pg_language.oid = prolang
      UNION ALL
      SELECT 'trigger', relation.name || '.' || quote_ident(tgname), concat_ws(' ', pg_get_triggerdef(pg_trigger.oid, true), tgenabled)
      FROM pg_trigger
      JOIN relation ON relation.oid = tgrelid
      WHERE NOT tgisinternal
      UNION ALL
      SELECT 'rule', relation.name || '.' || quote_ident(rulename), pg_get_ruledef(pg_rewrite.oid, true)
      FROM pg_rewrite
      JOIN relation ON relation.oid = ev_class
      WHERE rulename <> '_RETURN'
      UNION ALL
      SELECT 'policy', relation.name || '.' || quote_ident(polname),
        concat_ws(' ', CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, polcmd,
          (SELECT 'TO ' || string_agg(DISTINCT role_name.name, ', ') FROM unnest(polroles) AS role JOIN role_name ON role_name.oid = role),
          'USING ' || pg_get_expr(polqual, polrelid), 'CHECK ' || pg_get_expr(polwithcheck, polrelid))
      FROM pg_policy
      JOIN relation ON relation.oid = polrelid
      UNION ALL
      SELECT 'statistics', prefix || quote_ident(stxname), pg_get_statisticsobjdef(pg_statistic_ext.oid)
      FROM pg_statistic_ext
      JOIN space ON space.oid = stxnamespace
      UNION ALL
      SELECT 'type', name,
        CASE typtype
          WHEN 'e' THEN (SELECT 'ENUM ' || string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = data_type.oid)
          WHEN 'd' THEN concat_ws(' ', 'DOMAIN', format_type(typbasetype, typtypmod), CASE WHEN typnotnull THEN 'NOT NULL' END, 'DEFAULT ' || typdefault)
          WHEN 'r' THEN (SELECT 'RANGE ' || format_type(rngsubtype, NULL) FROM pg_range WHERE rngtypid = data_type.oid)
          ELSE (SELECT 'COMPOSITE ' || string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
            FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped)
        END
      FROM data_type
      UNION ALL
      SELECT 'grant', object || ' to ' || role_name.name,
        string_agg(DISTINCT privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END, ', ')
      FROM acl
      CROSS JOIN aclexplode(items)
      JOIN role_name ON role_name.oid = grantee
      WHERE grantee <> owner
      GROUP BY object, role_name.name
      """;

  private CatalogReader() {}

  /**
   * Reads the catalog of a schema, or of a whole database.
   *
   * @param whole whether to include all schemas of the database, its extensions and settings
   * @param role the tenant's role; empty in the clone of a golden template
   * @param database the database whose settings are read; a clone has none
   */
  static Catalog read(
      Session session, String schema, boolean whole, Optional<String> role, String database) {
    // The session's search path has only pg_catalog, so PostgreSQL writes other names with schema.
    Pattern own =
        Pattern.compile(
            "(?<![A-Za-z0-9_\"])(%s|%s)\\."
                .formatted(Pattern.quote(schema), Pattern.quote(quote(schema))));
    NavigableMap<String, String> objects = new TreeMap<>();
    session
        .list(
            row -> new String[] {row.getString(0) + " " + row.getString(1), row.getString(2)},
            QUERY,
            schema,
            whole,
            Stream.concat(
                    Stream.of(ClusterRoles.APP, ClusterRoles.SHARED_APP),
                    role.stream().flatMap(name -> Stream.of(name, ClusterRoles.second(name))))
                .toArray(String[]::new),
            History.TABLE,
            Stream.concat(Stream.of(ClusterRoles.CONTENT), role.map(ClusterRoles::owner).stream())
                .toArray(String[]::new),
            database)
        .forEach(
            object ->
                objects.put(
                    own.matcher(object[0]).replaceAll(""), own.matcher(object[1]).replaceAll("")));
    return new Catalog(objects);
  }
}
