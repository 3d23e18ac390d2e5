-- Blueprints are versioned data: a version is known by the hash of its content and never changes.

CREATE TABLE control_plane.blueprints (
  name text COLLATE "C" NOT NULL CHECK (name ~ '^[a-z][a-z0-9_-]{0,31}$'),
  version text COLLATE "C" NOT NULL CHECK (version ~ '^[0-9a-f]{12}$'),
  content jsonb NOT NULL,
  shipped boolean NOT NULL,
  is_current boolean NOT NULL DEFAULT false,
  accepted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, version)
);
COMMENT ON COLUMN control_plane.blueprints.content IS
  'The text of each file by its path: blueprint.yaml, migrations/V1__name.sql, …';
COMMENT ON COLUMN control_plane.blueprints.is_current IS 'New tenants are made from this version';
CREATE UNIQUE INDEX blueprints_current ON control_plane.blueprints (name) WHERE is_current;

CREATE FUNCTION control_plane.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a version of a blueprint never changes';
END
$$;
CREATE TRIGGER blueprints_immutable
  BEFORE UPDATE OF name, version, content, shipped, accepted_at ON control_plane.blueprints
  FOR EACH ROW EXECUTE FUNCTION control_plane.refuse_change();

GRANT SELECT ON control_plane.blueprints TO tenantry_directory;

-- A table template is run as a repeatable migration: it has to bear being run again.
INSERT INTO platform.tenant_table_templates (table_name, create_sql, description)
VALUES
  (
    'audit_logs',
    $sql$CREATE TABLE IF NOT EXISTS audit_logs (
  audit_log_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  occurred_at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  resource_type text,
  resource_id text,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS audit_logs_by_time ON audit_logs (occurred_at);
CREATE INDEX IF NOT EXISTS audit_logs_by_actor ON audit_logs (actor, occurred_at);
CREATE INDEX IF NOT EXISTS audit_logs_by_resource ON audit_logs (resource_type, resource_id, occurred_at);
$sql$,
    'Who did what to which resource, and when'
  ),
  (
    'settings',
    $sql$CREATE TABLE IF NOT EXISTS settings (
  key text PRIMARY KEY,
  value jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
$sql$,
    'The tenant''s own settings, by key'
  );
