-- The other services use this schema by these views and functions alone. They are contracts: a view may get columns,
-- but never loses, renames or changes one; for that, a new view (_v2) is added.

CREATE VIEW control_plane.tenants_v1 AS
SELECT tenant_id, name, environment, status, status IN ('active', 'suspended') AS is_live, blueprint, blueprint_version, region, created_at,
  deleted_at
FROM control_plane.tenants;
COMMENT ON VIEW control_plane.tenants_v1 IS 'The registry of tenants, those deleted included';
COMMENT ON COLUMN control_plane.tenants_v1.is_live IS 'Whether its data is backed up and migrated: active or suspended';

-- Outer joins, so that PostgreSQL leaves out what a statement does not ask for.
CREATE VIEW control_plane.tenant_databases_v1 AS
SELECT tenant_id, cluster, database_name, schema_name, role_name, connection_string_encrypted, ssl_root_certificate
FROM control_plane.tenant_databases
LEFT JOIN control_plane.clusters ON clusters.name = cluster;
COMMENT ON VIEW control_plane.tenant_databases_v1 IS
  'Where tenants'' data is stored, how they log in, and what the server''s certificate is checked against';

CREATE VIEW control_plane.api_keys_v1 AS
SELECT key_id, tenant_id, key_hash, scopes, expires_at, revoked_at, tenants.status AS tenant_status
FROM control_plane.api_keys
JOIN control_plane.tenants USING (tenant_id);
COMMENT ON VIEW control_plane.api_keys_v1 IS 'What a key is checked by';

CREATE VIEW control_plane.clusters_v1 AS
SELECT name, region, host, port, maintenance_database, admin_user, admin_password_encrypted, ssl_mode, ssl_root_certificate,
  system_identifier, role_secret_encrypted
FROM control_plane.clusters
LEFT JOIN control_plane.cluster_identities ON cluster = name;
COMMENT ON VIEW control_plane.clusters_v1 IS 'The clusters and how their admins log in; for backup-service alone';

CREATE VIEW control_plane.blueprints_v1 AS
SELECT name, version, content, is_current, current_since, accepted_at, out_of_order
FROM control_plane.blueprints;
COMMENT ON VIEW control_plane.blueprints_v1 IS 'All versions of blueprints; for backup-service alone';

GRANT SELECT ON control_plane.tenants_v1, control_plane.tenant_databases_v1, control_plane.api_keys_v1 TO tenantry_directory;
GRANT SELECT ON control_plane.clusters_v1, control_plane.blueprints_v1 TO backup_service;

CREATE FUNCTION control_plane.record_api_key_uses(key_ids uuid[], times timestamptz[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE control_plane.api_keys
  SET last_used_at = used.at
  FROM unnest(key_ids, times) AS used (key_id, at)
  WHERE api_keys.key_id = used.key_id
    AND (last_used_at IS NULL OR last_used_at < used.at)
$$;
COMMENT ON FUNCTION control_plane.record_api_key_uses IS 'Called by every service: when keys were used last, each with its time';

CREATE FUNCTION control_plane.append_audit_entries(
  service text, times timestamptz[], actors text[], actions text[], only_tenants uuid[], several_tenants text[], sources text[],
  outcomes text[], codes text[], all_details text[]
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO control_plane.audit_log
    (service, occurred_at, actor, action, tenant_id, tenant_ids, source, outcome, code, details)
  SELECT append_audit_entries.service, at, actor, action, tenant, tenants::uuid[], source, outcome, code, details::jsonb
  FROM unnest(times, actors, actions, only_tenants, several_tenants, sources, outcomes, codes, all_details)
    AS entry (at, actor, action, tenant, tenants, source, outcome, code, details)
$$;
COMMENT ON FUNCTION control_plane.append_audit_entries IS
  'Called by every service with a column for each property; several_tenants are arrays of uuid as PostgreSQL writes them';

REVOKE EXECUTE ON FUNCTION control_plane.record_api_key_uses, control_plane.append_audit_entries FROM PUBLIC;
GRANT EXECUTE ON FUNCTION control_plane.record_api_key_uses, control_plane.append_audit_entries TO tenantry_directory;

-- A new installation has no services of an older version, which read the tables. In an older one the operator revokes the
-- tables by running control-database.sql again when all services have been upgraded.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM control_plane.clusters) THEN
    REVOKE ALL ON control_plane.tenants, control_plane.tenant_databases, control_plane.clusters, control_plane.cluster_identities,
      control_plane.api_keys, control_plane.blueprints, control_plane.audit_log FROM tenantry_directory;
  END IF;
END
$$;
