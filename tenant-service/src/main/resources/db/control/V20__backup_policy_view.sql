-- The backup policies of blueprints, for backup-service: it enrols tenants whose event it never saw.
ALTER TABLE control_plane.blueprints
  ADD COLUMN backup_schedule text,
  ADD COLUMN backup_retention_days integer CHECK (backup_retention_days >= 1),
  ADD CHECK ((backup_schedule IS NULL) = (backup_retention_days IS NULL));
COMMENT ON COLUMN control_plane.blueprints.backup_schedule IS
  'From blueprint.yaml; null until tenant-service has read it there, which it does at its start';

CREATE VIEW control_plane.backup_policies_v1 AS
SELECT tenants.tenant_id, blueprints.backup_schedule AS schedule, blueprints.backup_retention_days AS retention_days
FROM control_plane.tenants
JOIN control_plane.blueprints
  ON blueprints.name = tenants.blueprint AND blueprints.version = tenants.blueprint_version
WHERE blueprints.backup_schedule IS NOT NULL;
COMMENT ON VIEW control_plane.backup_policies_v1 IS 'Read by backup-service: when to back up a tenant and how long to keep that';
GRANT SELECT ON control_plane.backup_policies_v1 TO tenantry_directory;
