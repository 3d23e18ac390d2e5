-- When tenants are backed up. Owned and written by backup-service; no other service reads it.
COMMENT ON SCHEMA backup IS 'Owned, migrated and written by backup-service; no other service reads it';

CREATE TABLE backup.schedules (
  tenant_id uuid PRIMARY KEY,
  cron text NOT NULL,
  retention_days integer NOT NULL CHECK (retention_days >= 1),
  enabled boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE backup.schedules IS 'One for each tenant, from its provisioning to its deletion';
COMMENT ON COLUMN backup.schedules.tenant_id IS
  'No reference to control_plane.tenants: the tenant may be gone there before its event is read here';
COMMENT ON COLUMN backup.schedules.cron IS 'A Quartz cron expression, in UTC';

CREATE TABLE backup.inbox (
  source text NOT NULL,
  event_id text NOT NULL,
  type text NOT NULL,
  handled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source, event_id)
);
COMMENT ON TABLE backup.inbox IS 'Events that were handled, so that a repeated delivery changes nothing';
CREATE INDEX inbox_by_age ON backup.inbox (handled_at);
