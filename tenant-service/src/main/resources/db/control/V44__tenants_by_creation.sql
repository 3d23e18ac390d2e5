-- Tenants of the warm pool got their ids before they were created, so that the ids do not have this order.
CREATE INDEX tenants_by_creation ON control_plane.tenants (created_at, tenant_id);
