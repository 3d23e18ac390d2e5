package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.literal;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.kernel.tenant.TenantLocation;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The search path that a tenant's own functions expect. They often use unqualified names, and run
 * while rows are loaded or counted and indexes are built: in checks, generated columns, expressions
 * and predicates.
 *
 * <p>Only sessions of the tenant's owner role may use it, and only for statements with qualified
 * names: otherwise objects that a tenant has planted could shadow PostgreSQL's own.
 *
 * @param first the first schemas, in this order
 * @param only whether these are all; otherwise all other schemas of the database follow, because
 *     applications may set a path that is not recorded
 */
public record TenantSearchPath(List<String> first, boolean only) {

  /** Of a schema in the shared database. */
  static TenantSearchPath ofSchema(String schema) {
    return new TenantSearchPath(List.of(schema, "public"), true);
  }

  /**
   * Of a tenant's live data.
   *
   * @param configured see {@link #configured}
   */
  static TenantSearchPath of(TenantLocation tenant, List<String> configured) {
    return tenant
        .schema()
        .map(TenantSearchPath::ofSchema)
        .orElseGet(() -> ofDatabase(configured, tenant.role(), Map.of()));
  }

  /** Of a backup's data, restored into a tenant. */
  public static TenantSearchPath of(Manifest manifest, TenantLocation target) {
    return target
        .schema()
        .map(TenantSearchPath::ofSchema)
        .orElseGet(() -> of(manifest, Map.of(manifest.role(), target.role())));
  }

  /**
   * Of a backup's data.
   *
   * @param names the new name for each old one
   */
  public static TenantSearchPath of(Manifest manifest, Map<String, String> names) {
    return manifest
        .schema()
        .map(schema -> ofSchema(names.getOrDefault(schema, schema)))
        .orElseGet(() -> ofDatabase(manifest.searchPath(), manifest.role(), names));
  }

  private static TenantSearchPath ofDatabase(
      List<String> configured, String role, Map<String, String> names) {
    List<String> schemas = configured.isEmpty() ? List.of("$user", "public") : configured;
    return new TenantSearchPath(
        schemas.stream()
            .map(schema -> schema.equals("$user") ? role : schema)
            .map(schema -> names.getOrDefault(schema, schema))
            .toList(),
        false);
  }

  /**
   * Returns the path that ALTER ROLE and ALTER DATABASE set for the tenant; empty if there is none.
   */
  static List<String> configured(Session session, String role) {
    return session
        .first(
            row -> row.getString(0),
            """
            SELECT pg_catalog.substr(setting, 13)
            FROM pg_catalog.pg_db_role_setting
            CROSS JOIN pg_catalog.unnest(setconfig) AS setting
            WHERE setdatabase IN (
                0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
              )
              AND setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1))
              AND setting LIKE 'search_path=%'
            ORDER BY setrole <> 0 DESC, setdatabase <> 0 DESC
            LIMIT 1
            """,
            role)
        .map(DatabaseSettings::elements)
        .orElse(List.of());
  }

  /**
   * The query that sets the path for the following statements. It uses no name that a tenant could
   * have planted as long as no such path is set.
   *
   * @param local whether only until the end of the transaction
   */
  String setting(boolean local) {
    String schemas =
        first.stream().map(schema -> literal(schema)).collect(Collectors.joining(", "));
    return """
    SELECT pg_catalog.set_config('search_path', coalesce(pg_catalog.string_agg(
      pg_catalog.quote_ident(nspname), ', '
      ORDER BY pg_catalog.array_position(ARRAY[%1$s]::text[], nspname::text), nspname), ''), %2$s)
    FROM pg_catalog.pg_namespace
    WHERE %3$s"""
        .formatted(
            schemas,
            local,
            only
                ? "nspname IN (%s)".formatted(schemas)
                : "nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'");
  }

  /** Sets it for a session of the owner role, until the end of its transaction. */
  void setLocally(Session session) {
    session.run(setting(true));
  }

  /** Sets it for a session of the owner role. */
  public void set(Session session) {
    session.run(setting(false));
  }

  /** The query that unsets it. */
  static String unsetting(boolean local) {
    return "SELECT pg_catalog.set_config('search_path', '', %s)".formatted(local);
  }
}
