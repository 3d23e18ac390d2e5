-- Long work, and what db-scheduler runs it by.
CREATE TABLE backup.jobs (
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
COMMENT ON COLUMN backup.jobs.data IS 'JSON, as steps, progress and result';
COMMENT ON COLUMN backup.jobs.deduplication_key IS 'Of the jobs with the same key there is one';
CREATE INDEX jobs_by_tenant ON backup.jobs (tenant_id, position);
CREATE INDEX jobs_by_status ON backup.jobs (status, position);
CREATE INDEX jobs_by_end ON backup.jobs (finished_at);

CREATE TABLE backup.scheduled_tasks (
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
COMMENT ON TABLE backup.scheduled_tasks IS 'db-scheduler''s; a job that has not ended has a row of the task "job"';
CREATE INDEX scheduled_tasks_by_time ON backup.scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_by_heartbeat ON backup.scheduled_tasks (last_heartbeat);
CREATE INDEX scheduled_tasks_by_priority ON backup.scheduled_tasks (priority DESC, execution_time ASC);

CREATE TABLE backup.outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  topic text NOT NULL,
  tenant_id uuid NOT NULL,
  type text NOT NULL,
  data text NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE backup.outbox IS 'Events of committed work that Kafka has not acknowledged yet';
