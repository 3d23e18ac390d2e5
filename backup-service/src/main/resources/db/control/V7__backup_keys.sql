-- Keys have ids, and leave a tombstone when they are destroyed; the retention rule of a tenant outlives its schedule.
ALTER TABLE backup.tenant_keys
  ADD COLUMN key_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;

CREATE TABLE backup.destroyed_keys (
  key_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  destroyed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE backup.destroyed_keys IS
  'Keys that were destroyed. A tenant with a row here and none in tenant_keys is backed up only when that is asked for explicitly';
CREATE INDEX destroyed_keys_by_tenant ON backup.destroyed_keys (tenant_id, destroyed_at);

ALTER TABLE backup.backups
  ADD COLUMN key_id uuid,
  DROP CONSTRAINT backups_status_check,
  ADD CONSTRAINT backups_status_check CHECK (
    status IN ('pending', 'running', 'completed', 'failed', 'expired', 'shredded')
  );
COMMENT ON COLUMN backup.backups.key_id IS 'The key it is encrypted with; null for one from before keys had ids, whose key is not known';
COMMENT ON COLUMN backup.backups.status IS 'shredded: its file may be there, and the key that reads it was destroyed';

-- However the row is deleted: nothing else makes backups unreadable.
CREATE FUNCTION backup.shred() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO backup.destroyed_keys (key_id, tenant_id) VALUES (OLD.key_id, OLD.tenant_id);
  UPDATE backup.backups
  SET status = 'shredded', error_code = 'BACKUP_KEY_DESTROYED'
  WHERE tenant_id = OLD.tenant_id
    AND status = 'completed';
  RETURN NULL;
END
$$;
CREATE TRIGGER shred AFTER DELETE ON backup.tenant_keys FOR EACH ROW EXECUTE FUNCTION backup.shred();

-- What was shredded before there were tombstones: backups from before the tenant's key. The clocks that wrote both times may differ.
UPDATE backup.backups
SET key_id = tenant_keys.key_id
FROM backup.tenant_keys
WHERE tenant_keys.tenant_id = backups.tenant_id
  AND backups.status = 'completed'
  AND backups.completed_at > tenant_keys.created_at - interval '10 minutes';

WITH shredded AS (
  UPDATE backup.backups
  SET status = 'shredded', error_code = 'BACKUP_KEY_DESTROYED'
  WHERE status = 'completed'
    AND key_id IS NULL
  RETURNING tenant_id
)
INSERT INTO backup.destroyed_keys (key_id, tenant_id)
SELECT gen_random_uuid(), tenant_id
FROM (SELECT DISTINCT tenant_id FROM shredded) AS tenants;

CREATE TABLE backup.retention_rules (
  tenant_id uuid PRIMARY KEY,
  retention_days integer NOT NULL CHECK (retention_days >= 1),
  keep_daily integer CHECK (keep_daily >= 0),
  keep_weekly integer CHECK (keep_weekly >= 0),
  keep_monthly integer CHECK (keep_monthly >= 0),
  frozen_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE backup.retention_rules IS
  'The rule of a schedule that was removed with its tenant: the tenant''s backups are still kept by it';
