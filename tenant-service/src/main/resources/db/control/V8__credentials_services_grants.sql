-- Two login roles per tenant, services that are registered over HTTP, and what the other services write.

ALTER TABLE control_plane.tenant_databases
  ADD COLUMN login_role text,
  ADD COLUMN former_role text,
  ADD COLUMN former_expires_at timestamptz,
  ADD CHECK ((former_role IS NULL) = (former_expires_at IS NULL));
COMMENT ON COLUMN control_plane.tenant_databases.role_name IS
  'The tenant''s role, which has all its rights; its credentials are rotated between it and its second role, a member of it';
COMMENT ON COLUMN control_plane.tenant_databases.login_role IS
  'The role in the connection string; null for role_name';
COMMENT ON COLUMN control_plane.tenant_databases.former_role IS
  'The role that could log in before the last rotation, and may until former_expires_at';
CREATE INDEX tenant_databases_former ON control_plane.tenant_databases (former_expires_at)
  WHERE former_expires_at IS NOT NULL;

ALTER TABLE control_plane.tenant_services
  DROP CONSTRAINT tenant_services_status_check,
  ADD CONSTRAINT tenant_services_status_check CHECK (status IN ('pending', 'active', 'disabled', 'error')),
  ADD COLUMN registered boolean NOT NULL DEFAULT false,
  ADD COLUMN error text,
  ADD COLUMN checked_at timestamptz,
  ADD COLUMN next_check_at timestamptz;
COMMENT ON COLUMN control_plane.tenant_services.status IS
  'pending only while the tenant is being provisioned: written down before the service hears of it';
COMMENT ON COLUMN control_plane.tenant_services.registered IS
  'Whether the service itself was told over HTTP; otherwise the endpoint is by the pattern';
COMMENT ON COLUMN control_plane.tenant_services.error IS 'Why its health check failed';
CREATE INDEX tenant_services_due ON control_plane.tenant_services (next_check_at) WHERE next_check_at IS NOT NULL;

-- Every service notes the uses of keys and its own admin actions; it can change nothing else here, and no row of the log.
GRANT UPDATE (last_used_at) ON control_plane.api_keys TO tenantry_directory;
GRANT INSERT ON control_plane.audit_log TO tenantry_directory;
