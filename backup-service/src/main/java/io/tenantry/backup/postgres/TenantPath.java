package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.literal;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.kernel.tenant.TenantLocation;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The search path that a tenant's own functions expect. They often name others without their
 * schema, and run where rows are loaded or counted and indexes are built: in checks, generated
 * columns, expressions and predicates.
 *
 * <p>Only sessions of the tenant's owner role may have it, and only for statements that name
 * everything with its schema: what a tenant has planted would take the place of PostgreSQL's own
 * otherwise.
 *
 * @param first the schemas to look in first, in this order
 * @param only whether these are all; else every other schema of the database follows, since
 *     applications may set a path that no record knows
 */
public record TenantPath(List<String> first, boolean only) {

  /** Of a schema in the shared database. */
  static TenantPath ofSchema(String schema) {
    return new TenantPath(List.of(schema, "public"), true);
  }

  /**
   * Of a tenant's live data.
   *
   * @param configured see {@link #configured}
   */
  static TenantPath of(TenantLocation tenant, List<String> configured) {
    return tenant
        .schema()
        .map(TenantPath::ofSchema)
        .orElseGet(() -> ofDatabase(configured, tenant.role(), Map.of()));
  }

  /** Of a backup's data, restored into a tenant. */
  public static TenantPath of(Manifest manifest, TenantLocation target) {
    return target
        .schema()
        .map(TenantPath::ofSchema)
        .orElseGet(() -> of(manifest, Map.of(manifest.role(), target.role())));
  }

  /**
   * Of a backup's data.
   *
   * @param names the new name for each old one
   */
  public static TenantPath of(Manifest manifest, Map<String, String> names) {
    return manifest
        .schema()
        .map(schema -> ofSchema(names.getOrDefault(schema, schema)))
        .orElseGet(() -> ofDatabase(manifest.searchPath(), manifest.role(), names));
  }

  private static TenantPath ofDatabase(
      List<String> configured, String role, Map<String, String> names) {
    List<String> schemas = configured.isEmpty() ? List.of("$user", "public") : configured;
    return new TenantPath(
        schemas.stream()
            .map(schema -> schema.equals("$user") ? role : schema)
            .map(schema -> names.getOrDefault(schema, schema))
            .toList(),
        false);
  }

  /** The path of the tenant's sessions as ALTER ROLE and ALTER DATABASE set it; empty if none. */
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
   * The query that sets it, for statements that follow. It names nothing that a tenant could have
   * planted as long as no such path is set.
   *
   * @param local until the end of the transaction
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
