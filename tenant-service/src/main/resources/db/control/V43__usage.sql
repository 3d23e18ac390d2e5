-- Usage of each tenant by hour and by day, and how provisioning went. No row here refers to a tenant's row, which is purged
-- before its usage is billed for the last time.

CREATE TABLE control_plane.usage_sampler (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  holder uuid,
  lease_expires_at timestamptz,
  rolled_up_to timestamptz
);
COMMENT ON TABLE control_plane.usage_sampler IS 'The replica that samples, until lease_expires_at by the clock of this database';
COMMENT ON COLUMN control_plane.usage_sampler.rolled_up_to IS 'The hour up to which events, backups and days were computed';
INSERT INTO control_plane.usage_sampler DEFAULT VALUES;

CREATE TABLE control_plane.usage_tenants (
  tenant_id uuid PRIMARY KEY,
  name text NOT NULL,
  external_id text,
  environment text NOT NULL,
  blueprint text NOT NULL,
  region text NOT NULL,
  created_at timestamptz NOT NULL,
  deleted_at timestamptz
);
COMMENT ON TABLE control_plane.usage_tenants IS 'Whose usage is kept: a copy of the registry, with tenants that were purged there';

CREATE TABLE control_plane.usage_counters (
  tenant_id uuid PRIMARY KEY,
  epoch text NOT NULL,
  read_at timestamptz NOT NULL,
  transactions bigint,
  rows_in bigint NOT NULL,
  rows_out bigint NOT NULL
);
COMMENT ON TABLE control_plane.usage_counters IS 'The last reading of each tenant''s counters in PostgreSQL; usage is the difference to the next';
COMMENT ON COLUMN control_plane.usage_counters.epoch IS
  'The server, its timeline, the database and the reset of its statistics: counters of two epochs have no difference';

CREATE TABLE control_plane.usage_hourly (
  tenant_id uuid NOT NULL,
  hour timestamptz NOT NULL CHECK (hour = date_trunc('hour', hour, 'UTC')),
  storage_bytes bigint,
  tables bigint,
  connections_peak integer,
  transactions bigint,
  rows_in bigint,
  rows_out bigint,
  counters_from timestamptz,
  counters_to timestamptz,
  counter_restarts integer NOT NULL DEFAULT 0,
  events_captured bigint,
  bytes_captured bigint,
  events_delivered bigint,
  bytes_delivered bigint,
  backups bigint,
  backup_bytes bigint,
  PRIMARY KEY (tenant_id, hour)
);
COMMENT ON TABLE control_plane.usage_hourly IS 'A value that is null was not measured; it is not zero';
COMMENT ON COLUMN control_plane.usage_hourly.counter_restarts IS
  'How often the counters began again: what happened between two readings around that is not included';
CREATE INDEX usage_hourly_by_hour ON control_plane.usage_hourly (hour);

CREATE TABLE control_plane.usage_daily (
  tenant_id uuid NOT NULL,
  day date NOT NULL,
  hours_measured integer NOT NULL,
  storage_byte_hours numeric NOT NULL,
  storage_bytes_max bigint,
  tables_max bigint,
  connections_peak integer,
  transactions bigint,
  rows_in bigint,
  rows_out bigint,
  counter_restarts integer NOT NULL,
  events_captured bigint,
  bytes_captured bigint,
  events_delivered bigint,
  bytes_delivered bigint,
  backups bigint,
  backup_bytes bigint,
  PRIMARY KEY (tenant_id, day)
);
COMMENT ON TABLE control_plane.usage_daily IS 'The sums and maxima of the hours of each day in UTC';
COMMENT ON COLUMN control_plane.usage_daily.hours_measured IS 'Hours with a measurement of storage; the other hours of the day are gaps';
CREATE INDEX usage_daily_by_day ON control_plane.usage_daily (day);

CREATE TABLE control_plane.usage_totals (
  day date PRIMARY KEY,
  tenants bigint NOT NULL,
  created bigint NOT NULL,
  deleted bigint NOT NULL,
  tenants_measured bigint NOT NULL,
  storage_bytes numeric,
  transactions numeric,
  events_captured numeric,
  bytes_captured numeric,
  events_delivered numeric,
  bytes_delivered numeric,
  backups numeric,
  backup_bytes numeric
);
COMMENT ON TABLE control_plane.usage_totals IS 'All tenants together, by day';
COMMENT ON COLUMN control_plane.usage_totals.storage_bytes IS 'The sum of the averages of the measured tenants';

CREATE TABLE control_plane.provisioning_history (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL,
  finished_at timestamptz NOT NULL DEFAULT now(),
  blueprint text NOT NULL,
  region text NOT NULL,
  succeeded boolean NOT NULL,
  from_pool boolean NOT NULL,
  code text,
  failed_step text,
  duration_ms bigint NOT NULL,
  steps text[] NOT NULL,
  step_durations_ms bigint[] NOT NULL,
  CHECK (cardinality(steps) = cardinality(step_durations_ms))
);
COMMENT ON TABLE control_plane.provisioning_history IS
  'Every provisioning that reserved a tenant: what failed is nowhere else after the rollback';
COMMENT ON COLUMN control_plane.provisioning_history.steps IS 'The completed steps, each with its duration';
CREATE INDEX provisioning_history_by_time ON control_plane.provisioning_history (finished_at);
