-- Backups for the usage of tenants, and for reports by time.
CREATE INDEX backups_by_completion ON backup.backups (completed_at) WHERE completed_at IS NOT NULL;

CREATE VIEW backup.completed_backups_v1 AS
SELECT backup_id, tenant_id, completed_at, bytes
FROM backup.backups
WHERE completed_at IS NOT NULL;
COMMENT ON VIEW backup.completed_backups_v1 IS
  'Read by tenant-service, for the usage of tenants: every backup that was stored, also if it has expired since';
GRANT SELECT ON backup.completed_backups_v1 TO tenant_service;
COMMENT ON SCHEMA backup IS 'Owned, migrated and written by backup-service; tenant-service reads backups_v1 and completed_backups_v1';
