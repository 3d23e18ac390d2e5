-- Events are about tenants here, and about campaigns, too, elsewhere: by the name that CloudEvents has for it.
ALTER TABLE control_plane.outbox RENAME COLUMN tenant_id TO subject;
