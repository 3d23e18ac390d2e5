package io.tenantry.kernel.cluster;

import io.tenantry.kernel.db.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A small database on each cluster from which the registry can be rebuilt if the control database
 * is lost: the tenants whose data is stored there, and their blueprints. Only the cluster's admin
 * may connect to it, and all of the admin's sessions start in it.
 */
public final class ClusterCatalog {

  /** The database's name. */
  public static final String DATABASE = "tenantry_catalog";

  /** SQLSTATE: an object has another mark than expected. */
  static final String OTHER_MARK = "TN010";

  /** SQLSTATE: the server is not the registered one. */
  static final String OTHER_SERVER = "TN011";

  /** Creates the whole catalog; may be repeated. */
  public static final String SCRIPT =
      """
      SELECT pg_advisory_xact_lock(hashtextextended('tenantry catalog', 0));
      REVOKE ALL ON SCHEMA public FROM PUBLIC;
      CREATE SCHEMA IF NOT EXISTS catalog;
      CREATE TABLE IF NOT EXISTS catalog.tenants (
        tenant_id uuid PRIMARY KEY,
        home text NOT NULL,
        details jsonb NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz
      );
      COMMENT ON TABLE catalog.tenants IS
        'What recovery rebuilds the registry from: home is the name of the tenant''s database, or schema and role; deleted_at says that it was deleted on purpose';
      CREATE TABLE IF NOT EXISTS catalog.blueprints (
        name text NOT NULL,
        version text NOT NULL,
        content jsonb NOT NULL,
        PRIMARY KEY (name, version)
      );
      ALTER TABLE catalog.blueprints ADD COLUMN IF NOT EXISTS current_at timestamptz;
      CREATE TABLE IF NOT EXISTS catalog.generations (
        installation uuid PRIMARY KEY,
        generation bigint NOT NULL,
        raised_at timestamptz NOT NULL DEFAULT now()
      );
      COMMENT ON TABLE catalog.generations IS
        'The highest generation that a control database of the installation ever had; one that has a lower was restored from a backup';

      CREATE OR REPLACE FUNCTION catalog.change_mark(kind text, name text, expected text, next text, server bigint)
      RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        found text;
        answering bigint := (SELECT system_identifier FROM pg_control_system());
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(kind || ' ' || name, 0));
        IF server <> answering THEN
          RAISE EXCEPTION 'The server that answers has the system identifier %, and the registered cluster %.', answering, server
            USING ERRCODE = 'TN011';
        END IF;
        IF kind = 'DATABASE' THEN
          found := (SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = name);
        ELSE
          found := (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = name);
        END IF;
        IF found IS DISTINCT FROM expected THEN
          RAISE EXCEPTION 'The % % is marked ''%'', and ''%'' was expected; it was left as it is.', lower(kind), name, coalesce(found, ''), expected
            USING ERRCODE = 'TN010';
        END IF;
        EXECUTE format('COMMENT ON %s %I IS %L', kind, name, next);
      END
      $$;

      CREATE OR REPLACE FUNCTION catalog.hand_over(kind text, object text, expected text, next text, server bigint, tenant uuid, home text, details jsonb)
      RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        PERFORM catalog.change_mark(kind, object, expected, next, server);
        INSERT INTO catalog.tenants AS known (tenant_id, home, details)
        VALUES (tenant, hand_over.home, hand_over.details)
        ON CONFLICT (tenant_id) DO UPDATE
        SET home = excluded.home, details = excluded.details, changed_at = now(), deleted_at = NULL;
      END
      $$;
      """;

  private ClusterCatalog() {}

  /**
   * Marks a database or schema as a tenant's and stores what recovery needs to know about the
   * tenant, in one transaction.
   *
   * @param objects of the cluster that the session is on
   * @throws IdentityMismatch if it has another mark; nothing is changed
   */
  public static void handOver(Sql session, ClusterObjects objects, HandOver change) {
    ClusterObjects.refuseMismatch(
        () ->
            session.run(
                "SELECT catalog.hand_over($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb)",
                change.kind().toString(),
                change.object(),
                change.expected().toString(),
                change.next().toString(),
                objects.systemIdentifier(),
                change.next().tenant().orElseThrow(),
                change.home(),
                change.details()));
  }

  /**
   * An object that becomes a tenant's.
   *
   * @param object the database, or the schema's owner role
   * @param expected its mark before the change
   * @param next its mark after the change
   * @param home the name of the tenant's database, or of its schema
   * @param details of the tenant, as a JSON object
   */
  public record HandOver(
      ClusterObjects.Kind kind,
      String object,
      Mark expected,
      Mark next,
      String home,
      String details) {}

  /**
   * {@link #handOver} for a tenant's database that was created by a version without marks.
   *
   * @throws IdentityMismatch if it has a mark, or another comment
   */
  public static void handOverUnmarked(
      Sql session, ClusterObjects objects, String database, Mark next, String details) {
    ClusterObjects.refuseMismatch(
        () ->
            session.run(
                "SELECT catalog.hand_over('DATABASE', $1, NULL, $2, $3, $4, $1, $5::text::jsonb)",
                database,
                next.toString(),
                objects.systemIdentifier(),
                next.tenant().orElseThrow(),
                details));
  }

  /**
   * Adds to the details of a tenant.
   *
   * @param details a JSON object; its fields replace those of the same name
   */
  public static void updateDetails(Sql session, UUID tenant, String details) {
    session.run(
        """
        UPDATE catalog.tenants
        SET details = details || $2::text::jsonb, changed_at = now()
        WHERE tenant_id = $1
          AND NOT details @> $2::text::jsonb
        """,
        tenant,
        details);
  }

  /** Stores a version of a blueprint, unless it is stored already. */
  public static void recordBlueprint(
      Sql session, String name, String version, String content, boolean current) {
    session.run(
        """
        INSERT INTO catalog.blueprints (name, version, content, current_at)
        VALUES ($1, $2, $3::text::jsonb, CASE WHEN $4 THEN now() END)
        ON CONFLICT (name, version) DO UPDATE SET current_at = now() WHERE $4
        """,
        name,
        version,
        content,
        current);
  }

  /** A tenant in a cluster's catalog. */
  public record KnownTenant(String home, String details, boolean deleted) {}

  /** All tenants in the catalog, including deleted ones. */
  public static Map<UUID, KnownTenant> tenants(Sql session) {
    Map<UUID, KnownTenant> known = new TreeMap<>();
    session
        .run("SELECT tenant_id, home, details::text, deleted_at IS NOT NULL FROM catalog.tenants")
        .forEach(
            row ->
                known.put(
                    row.getUUID(0),
                    new KnownTenant(row.getString(1), row.getString(2), row.getBoolean(3))));
    return known;
  }

  /**
   * The files of the blueprints in the catalog, as JSON objects by name and version; the most
   * recently current version of a blueprint comes last.
   */
  public static List<KnownBlueprint> blueprints(Sql session) {
    return session.list(
        row -> new KnownBlueprint(row.getString(0), row.getString(1), row.getString(2)),
        """
        SELECT name, version, content::text
        FROM catalog.blueprints
        ORDER BY name, current_at NULLS FIRST, version
        """);
  }

  /**
   * The versions of the blueprints in the catalog, by name; the most recently current one comes
   * last.
   */
  public static Map<String, List<String>> blueprintVersions(Sql session) {
    Map<String, List<String>> known = new TreeMap<>();
    session
        .run(
            """
            SELECT name, version
            FROM catalog.blueprints
            ORDER BY name, current_at NULLS FIRST, version
            """)
        .forEach(
            row ->
                known
                    .computeIfAbsent(row.getString(0), name -> new ArrayList<>())
                    .add(row.getString(1)));
    return known;
  }

  /** A version of a blueprint. */
  public record KnownBlueprint(String name, String version, String content) {}

  /** Records that a tenant was deleted on purpose. */
  public static void recordDeletion(Sql session, UUID tenant) {
    session.run(
        "UPDATE catalog.tenants SET deleted_at = now(), changed_at = now() WHERE tenant_id = $1",
        tenant);
  }
}
