-- The caller's own id of a tenant: a repeated creation with it finds the tenant instead of creating a second one.

ALTER TABLE control_plane.tenants
  ADD COLUMN external_id text COLLATE "C" CHECK (external_id ~ '^[!-~]{1,255}$');
COMMENT ON COLUMN control_plane.tenants.external_id IS 'The caller''s own id of the tenant; a deleted tenant keeps it, and another may have the same';

CREATE UNIQUE INDEX tenants_external_id_taken ON control_plane.tenants (external_id) WHERE status <> 'deleted';
CREATE INDEX tenants_by_external_id ON control_plane.tenants (external_id, tenant_id) WHERE external_id IS NOT NULL;
