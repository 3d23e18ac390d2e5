-- Migrations of tenants to other versions of their blueprint, one by one or in campaigns.
CREATE TABLE backup.campaigns (
  campaign_id uuid PRIMARY KEY,
  position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  blueprint text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('forward', 'rollback')),
  target_version text,
  rollback_of uuid REFERENCES backup.campaigns,
  status text NOT NULL CHECK (status IN ('running', 'paused', 'halted', 'completed', 'cancelled')),
  canary integer NOT NULL CHECK (canary >= 0),
  wave_size integer NOT NULL CHECK (wave_size >= 1),
  parallelism integer NOT NULL CHECK (parallelism >= 1),
  max_failures integer CHECK (max_failures >= 1),
  max_failure_rate double precision NOT NULL CHECK (max_failure_rate BETWEEN 0 AND 1),
  backup_first boolean NOT NULL,
  lock_timeout_ms integer NOT NULL CHECK (lock_timeout_ms >= 1),
  statement_timeout_ms integer NOT NULL CHECK (statement_timeout_ms >= 1),
  wave integer NOT NULL DEFAULT 0,
  current_at_start bigint NOT NULL,
  forgiven integer NOT NULL DEFAULT 0,
  reason text,
  job_id uuid NOT NULL,
  driven boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CHECK ((target_version IS NULL) = (direction = 'rollback'))
);
COMMENT ON COLUMN backup.campaigns.target_version IS 'Null for a rollback: each tenant goes back to where it came from';
COMMENT ON COLUMN backup.campaigns.wave IS 'The wave in hand; no tenant of a later one is touched. 0 is the canaries';
COMMENT ON COLUMN backup.campaigns.current_at_start IS 'Tenants that were at the version already, and have no row in migrations';
COMMENT ON COLUMN backup.campaigns.forgiven IS 'Failures that an operator has seen and resumed after; they do not halt it again';
COMMENT ON COLUMN backup.campaigns.driven IS 'Whether the job job_id works on it, on whichever replica';
CREATE UNIQUE INDEX campaigns_in_progress ON backup.campaigns (blueprint) WHERE status IN ('running', 'paused');

CREATE TABLE backup.migrations (
  migration_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  tenant_id uuid NOT NULL,
  campaign_id uuid REFERENCES backup.campaigns,
  wave integer,
  blueprint text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('forward', 'rollback')),
  from_version text NOT NULL,
  to_version text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (
    status IN ('pending', 'backing_up', 'running', 'waiting', 'completed', 'failed', 'skipped', 'cancelled')
  ),
  backup_first boolean NOT NULL,
  backup_job_id uuid,
  lock_timeout_ms integer NOT NULL,
  statement_timeout_ms integer NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  job_id uuid NOT NULL,
  scripts text[] NOT NULL DEFAULT '{}',
  error_code text,
  error_message text,
  next_attempt_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  UNIQUE (campaign_id, tenant_id),
  CHECK ((campaign_id IS NULL) = (wave IS NULL))
);
COMMENT ON TABLE backup.migrations IS 'A tenant on its way, or that went, from one version of its blueprint to another';
COMMENT ON COLUMN backup.migrations.status IS 'waiting: it was tried, or could not be, and is tried again at next_attempt_at';
COMMENT ON COLUMN backup.migrations.scripts IS 'The files that were run';
CREATE INDEX migrations_by_tenant ON backup.migrations (tenant_id, position);
CREATE INDEX migrations_of_campaign ON backup.migrations (campaign_id, status, wave, position);

CREATE TABLE backup.drift_reports (
  tenant_id uuid PRIMARY KEY,
  version text NOT NULL,
  drifted boolean NOT NULL,
  report text NOT NULL,
  checked_at timestamptz NOT NULL
);
COMMENT ON TABLE backup.drift_reports IS 'What the last look at a tenant''s catalog showed';
COMMENT ON COLUMN backup.drift_reports.report IS 'JSON';

ALTER TABLE backup.restores ADD COLUMN former_version text;
COMMENT ON COLUMN backup.restores.former_version IS
  'The version of its blueprint that the replaced data was at: after an undo the tenant is there again';
