-- Events are about tenants, and about campaigns: by the name that CloudEvents has for it.
ALTER TABLE backup.outbox RENAME COLUMN tenant_id TO subject;
