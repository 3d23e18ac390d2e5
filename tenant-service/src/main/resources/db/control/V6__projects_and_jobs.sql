-- Projects, which are registered before they are provisioned, and jobs.

ALTER TABLE control_plane.tenants
  DROP CONSTRAINT tenants_status_check,
  ADD CONSTRAINT tenants_status_check CHECK (
    status IN ('registered', 'provisioning', 'rolling_back', 'active', 'suspended', 'deleting', 'deleted')
  ),
  ADD COLUMN registered_at timestamptz,
  ADD COLUMN provisioning_job_id uuid;
COMMENT ON COLUMN control_plane.tenants.registered_at IS
  'When it was registered to be provisioned by a job; a provisioning that fails takes it back to that';
COMMENT ON COLUMN control_plane.tenants.provisioning_job_id IS 'The job that made it, or tries to';

CREATE TABLE control_plane.jobs (
  job_id uuid PRIMARY KEY,
  position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  type text NOT NULL,
  tenant_id uuid,
  status text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
  attempts integer NOT NULL DEFAULT 0,
  priority smallint NOT NULL,
  data text NOT NULL,
  steps text NOT NULL DEFAULT '[]',
  progress text,
  result text,
  error_code text,
  error_message text,
  error_retryable boolean,
  deduplication_key text UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz
);
COMMENT ON COLUMN control_plane.jobs.data IS 'JSON, as steps, progress and result';
COMMENT ON COLUMN control_plane.jobs.deduplication_key IS 'Of the jobs with the same key there is one';
CREATE INDEX jobs_by_tenant ON control_plane.jobs (tenant_id, position);
CREATE INDEX jobs_by_status ON control_plane.jobs (status, position);
CREATE INDEX jobs_by_end ON control_plane.jobs (finished_at);

CREATE TABLE control_plane.scheduled_tasks (
  task_name text NOT NULL,
  task_instance text NOT NULL,
  task_data bytea,
  execution_time timestamptz NOT NULL,
  picked boolean NOT NULL,
  picked_by text,
  last_success timestamptz,
  last_failure timestamptz,
  consecutive_failures integer,
  last_heartbeat timestamptz,
  version bigint NOT NULL,
  priority smallint,
  PRIMARY KEY (task_name, task_instance)
);
COMMENT ON TABLE control_plane.scheduled_tasks IS 'db-scheduler''s; a job that has not ended has a row of the task "job"';
CREATE INDEX scheduled_tasks_by_time ON control_plane.scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_by_heartbeat ON control_plane.scheduled_tasks (last_heartbeat);
CREATE INDEX scheduled_tasks_by_priority ON control_plane.scheduled_tasks (priority DESC, execution_time ASC);

CREATE TABLE control_plane.key_deliveries (
  job_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES control_plane.tenants ON DELETE CASCADE,
  keys_encrypted bytea NOT NULL,
  encryption_key_id integer NOT NULL REFERENCES control_plane.encryption_keys,
  expires_at timestamptz NOT NULL
);
COMMENT ON TABLE control_plane.key_deliveries IS
  'API keys that a job issued and nobody has collected yet; AES-256-GCM, bound to the job''s id';
CREATE INDEX key_deliveries_by_expiry ON control_plane.key_deliveries (expires_at);

CREATE TABLE control_plane.idempotency_keys (
  caller text NOT NULL,
  idempotency_key text NOT NULL,
  request_digest bytea NOT NULL,
  locked_until timestamptz,
  status integer,
  location text,
  body_encrypted bytea,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (caller, idempotency_key),
  CHECK ((status IS NULL) <> (locked_until IS NULL))
);
COMMENT ON TABLE control_plane.idempotency_keys IS
  'Answers to writes with an Idempotency-Key, to repeat them; no answer yet while locked';
CREATE INDEX idempotency_keys_by_expiry ON control_plane.idempotency_keys (expires_at);

CREATE VIEW control_plane.projects AS
SELECT tenant_id AS project_id, name, environment, status, region, owner_id, organization_id, metadata, created_at,
  updated_at
FROM control_plane.tenants
WHERE blueprint = 'project';

CREATE VIEW control_plane.project_services AS
SELECT tenant_services.tenant_id AS project_id, type, service_id, endpoint, config, tenant_services.status,
  tenant_services.created_at
FROM control_plane.tenant_services
JOIN control_plane.projects ON project_id = tenant_id;
