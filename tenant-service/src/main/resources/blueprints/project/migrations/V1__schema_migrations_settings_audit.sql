-- The project's own migrations, apart from the history of the blueprint's.
CREATE TABLE schema_migrations (
  version text COLLATE "C" PRIMARY KEY,
  description text,
  checksum text,
  applied_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX schema_migrations_by_time ON schema_migrations (applied_at);

CREATE TABLE settings (
  key text PRIMARY KEY,
  value jsonb NOT NULL,
  description text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX settings_by_update ON settings (updated_at);

CREATE TABLE audit_logs (
  audit_log_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  occurred_at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  resource_type text,
  resource_id text,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_logs_by_time ON audit_logs (occurred_at);
CREATE INDEX audit_logs_by_actor ON audit_logs (actor, occurred_at);
CREATE INDEX audit_logs_by_resource ON audit_logs (resource_type, resource_id, occurred_at);
