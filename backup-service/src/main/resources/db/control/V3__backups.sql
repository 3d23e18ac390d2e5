-- Backups, where they lie, and what was done with them.
ALTER TABLE backup.schedules
  ADD COLUMN keep_daily integer CHECK (keep_daily >= 0),
  ADD COLUMN keep_weekly integer CHECK (keep_weekly >= 0),
  ADD COLUMN keep_monthly integer CHECK (keep_monthly >= 0),
  ADD CHECK ((keep_daily IS NULL) = (keep_weekly IS NULL) AND (keep_daily IS NULL) = (keep_monthly IS NULL));
COMMENT ON COLUMN backup.schedules.keep_daily IS
  'With keep_weekly and keep_monthly: grandfather, father, son. Then retention_days does not count';

CREATE TABLE backup.tenant_leases (
  tenant_id uuid PRIMARY KEY,
  operation text NOT NULL,
  holder uuid NOT NULL,
  expires_at timestamptz NOT NULL
);
COMMENT ON TABLE backup.tenant_leases IS
  'Who works on a tenant''s database as a whole: never a backup, a restore and a migration at once';

CREATE TABLE backup.tenant_keys (
  tenant_id uuid PRIMARY KEY,
  keyset_encrypted bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE backup.tenant_keys IS
  'Without its row here a tenant''s backups can never be read again: deleting it shreds them';

CREATE TABLE backup.backups (
  backup_id uuid PRIMARY KEY,
  position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  tenant_id uuid NOT NULL,
  tenant_name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('scheduled', 'manual', 'emergency', 'before_migration', 'final')),
  status text NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'expired')),
  job_id uuid NOT NULL,
  retention_days integer NOT NULL,
  error_code text,
  store text,
  object_key text,
  bytes bigint,
  checksum text,
  manifest text,
  requested_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  verification text CHECK (verification IN ('intact', 'damaged')),
  verification_error text,
  verified_at timestamptz,
  expired_at timestamptz,
  CHECK (status NOT IN ('completed', 'expired')
    OR num_nulls(store, object_key, bytes, checksum, manifest, completed_at) = 0)
);
COMMENT ON COLUMN backup.backups.checksum IS 'SHA-256 of the stored file, hexadecimal';
COMMENT ON COLUMN backup.backups.manifest IS 'JSON: what is in it, and where it came from';
CREATE INDEX backups_by_tenant ON backup.backups (tenant_id, position);
CREATE INDEX backups_by_status ON backup.backups (status, position);
CREATE UNIQUE INDEX backups_by_object ON backup.backups (store, object_key);

CREATE TABLE backup.copies (
  backup_id uuid NOT NULL REFERENCES backup.backups,
  store text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'completed', 'failed', 'expired')),
  job_id uuid NOT NULL,
  error_code text,
  created_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  PRIMARY KEY (backup_id, store)
);
COMMENT ON TABLE backup.copies IS 'Backups in a second store, under the same key with the same content';

CREATE TABLE backup.restores (
  restore_id uuid PRIMARY KEY,
  position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  tenant_id uuid NOT NULL,
  backup_id uuid NOT NULL REFERENCES backup.backups,
  source_tenant_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'undone')),
  job_id uuid NOT NULL,
  error_code text,
  cluster text,
  database_name text,
  schema_name text,
  former_name text,
  former_expires_at timestamptz,
  former_dropped_at timestamptz,
  row_count bigint,
  downtime_ms bigint,
  recovery_ms bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  undone_at timestamptz
);
COMMENT ON COLUMN backup.restores.tenant_id IS 'Whose database is replaced; not source_tenant_id for a clone';
COMMENT ON COLUMN backup.restores.former_name IS 'The database, or schema, that was replaced, kept for an undo';
COMMENT ON COLUMN backup.restores.downtime_ms IS 'How long the tenant had no database';
CREATE INDEX restores_by_tenant ON backup.restores (tenant_id, position);
CREATE INDEX restores_by_former ON backup.restores (former_expires_at)
  WHERE former_name IS NOT NULL AND former_dropped_at IS NULL;

CREATE TABLE backup.drills (
  drill_id uuid PRIMARY KEY,
  position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  tenant_id uuid NOT NULL,
  backup_id uuid NOT NULL REFERENCES backup.backups,
  status text NOT NULL CHECK (status IN ('pending', 'running', 'passed', 'failed')),
  job_id uuid NOT NULL,
  error_code text,
  evidence text,
  recovery_ms bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz
);
COMMENT ON COLUMN backup.drills.evidence IS 'JSON: the rows of each table in the backup and as restored';
CREATE INDEX drills_by_tenant ON backup.drills (tenant_id, position);
CREATE INDEX drills_by_backup ON backup.drills (backup_id);
