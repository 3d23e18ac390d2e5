-- Quotas, the audit log, deletions that wait for a final backup, and events of the other services.

CREATE TABLE control_plane.tenant_resources (
  tenant_id uuid NOT NULL REFERENCES control_plane.tenants ON DELETE CASCADE,
  resource text NOT NULL CHECK (resource IN ('databases', 'api_keys', 'services')),
  quota integer NOT NULL CHECK (quota >= 0),
  PRIMARY KEY (tenant_id, resource)
);
COMMENT ON TABLE control_plane.tenant_resources IS
  'The most a tenant may have of each. Whoever adds one locks the row first, and counts while it is locked';
INSERT INTO control_plane.tenant_resources (tenant_id, resource, quota)
SELECT tenant_id, resource, quota
FROM control_plane.tenants
CROSS JOIN (VALUES ('databases', 1), ('api_keys', 10), ('services', 3)) AS shipped (resource, quota);

ALTER TABLE control_plane.api_keys
  ADD COLUMN replaced_by uuid REFERENCES control_plane.api_keys ON DELETE CASCADE;
COMMENT ON COLUMN control_plane.api_keys.replaced_by IS
  'The key it was rotated to; until it expires it is valid, but does not count for the quota';
CREATE INDEX api_keys_replaced ON control_plane.api_keys (replaced_by) WHERE replaced_by IS NOT NULL;

CREATE TABLE control_plane.audit_log (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  occurred_at timestamptz NOT NULL DEFAULT now(),
  service text NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  tenant_id uuid,
  source text,
  outcome text NOT NULL CHECK (outcome IN ('succeeded', 'refused', 'failed')),
  code text,
  details jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE control_plane.audit_log IS 'Every admin action and every refused use of a key; rows are only ever added';
COMMENT ON COLUMN control_plane.audit_log.tenant_id IS 'No reference: what was done to a tenant outlives it';
COMMENT ON COLUMN control_plane.audit_log.source IS 'The address it came from';
CREATE INDEX audit_log_by_tenant ON control_plane.audit_log (tenant_id, position);
CREATE INDEX audit_log_by_actor ON control_plane.audit_log (actor, position);
CREATE INDEX audit_log_by_action ON control_plane.audit_log (action, position);
CREATE INDEX audit_log_by_outcome ON control_plane.audit_log (outcome, position);

CREATE FUNCTION control_plane.refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON control_plane.audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION control_plane.refuse_change_of_audit_log();

CREATE TABLE control_plane.deletions (
  tenant_id uuid PRIMARY KEY REFERENCES control_plane.tenants ON DELETE CASCADE,
  deletion_id uuid NOT NULL,
  final_backup boolean NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  told_at timestamptz,
  deadline timestamptz,
  backup_id uuid,
  failure text
);
COMMENT ON TABLE control_plane.deletions IS 'The last deletion that was asked for of each tenant, also once it is done or given up';
COMMENT ON COLUMN control_plane.deletions.told_at IS 'When the event was written that asks for the final backup';
COMMENT ON COLUMN control_plane.deletions.failure IS 'Why there is no final backup: the code of what went wrong';

CREATE INDEX tenants_live ON control_plane.tenants (tenant_id) WHERE status <> 'deleted';
CREATE INDEX tenants_deleted ON control_plane.tenants (deleted_at) WHERE status = 'deleted';

CREATE TABLE control_plane.inbox (
  source text NOT NULL,
  event_id text NOT NULL,
  type text NOT NULL,
  handled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source, event_id)
);
COMMENT ON TABLE control_plane.inbox IS 'Events that were handled, so that a repeated delivery changes nothing';
CREATE INDEX inbox_by_age ON control_plane.inbox (handled_at);
