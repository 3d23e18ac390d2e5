-- What migrations of the fleet need: since when a version is the current one, and a way to write down where tenants are.

ALTER TABLE control_plane.blueprints ADD COLUMN current_since timestamptz;
COMMENT ON COLUMN control_plane.blueprints.current_since IS
  'When it last became the current version; other replicas may make tenants from the former one for a second longer';
UPDATE control_plane.blueprints SET current_since = accepted_at WHERE is_current;

CREATE FUNCTION control_plane.record_blueprint_versions(tenant_ids uuid[], versions text[]) RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE control_plane.tenants
  SET blueprint_version = moved.version, updated_at = now()
  FROM unnest(tenant_ids, versions) AS moved (tenant_id, version)
  JOIN control_plane.tenants AS known USING (tenant_id)
  JOIN control_plane.blueprints ON blueprints.name = known.blueprint AND blueprints.version = moved.version
  WHERE tenants.tenant_id = moved.tenant_id
    AND tenants.status IN ('active', 'suspended', 'deleting')
  RETURNING tenants.tenant_id
$$;
COMMENT ON FUNCTION control_plane.record_blueprint_versions IS
  'Called by backup-service when it has migrated tenants, or restored what they were at another version';
REVOKE ALL ON FUNCTION control_plane.record_blueprint_versions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION control_plane.record_blueprint_versions TO backup_service;
