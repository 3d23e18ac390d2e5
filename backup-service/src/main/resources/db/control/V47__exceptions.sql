-- Tenants whose migration failed or that drifted are few among many, and are counted apart from the others.
CREATE INDEX migrations_failed ON backup.migrations (tenant_id) WHERE status = 'failed';
CREATE INDEX drift_reports_drifted ON backup.drift_reports (tenant_id) WHERE drifted;
