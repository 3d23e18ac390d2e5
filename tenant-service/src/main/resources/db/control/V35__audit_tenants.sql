-- An action on several tenants is one row that is found by each of them.

ALTER TABLE control_plane.audit_log ADD COLUMN tenant_ids uuid[];
COMMENT ON COLUMN control_plane.audit_log.tenant_ids IS 'Of an action that concerns several tenants; tenant_id is null then';
CREATE INDEX audit_log_by_tenants ON control_plane.audit_log USING gin (tenant_ids) WHERE tenant_ids IS NOT NULL;
