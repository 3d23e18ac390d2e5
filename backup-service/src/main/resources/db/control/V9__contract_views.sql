-- What tenant-service reads of backups. A message that a final backup is stored is a hint; this record is the proof.
CREATE VIEW backup.backups_v1 AS
SELECT
  b.backup_id,
  b.tenant_id,
  b.kind,
  -- The job is what a deletion's final backup was requested with; it outlives every deletion.
  CASE WHEN b.kind = 'final' THEN (j.data::jsonb ->> 'deletion_id')::uuid END AS deletion_id,
  b.status,
  b.verification,
  b.completed_at
FROM backup.backups b
LEFT JOIN backup.jobs j USING (job_id);
COMMENT ON VIEW backup.backups_v1 IS
  'Read by tenant-service: it drops a tenant only if the final backup of this very deletion is completed here';

GRANT USAGE ON SCHEMA backup TO tenant_service;
GRANT SELECT ON backup.backups_v1 TO tenant_service;
COMMENT ON SCHEMA backup IS 'Owned, migrated and written by backup-service; tenant-service reads backups_v1';
