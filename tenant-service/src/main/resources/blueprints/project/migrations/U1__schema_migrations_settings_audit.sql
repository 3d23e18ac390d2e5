DROP TABLE audit_logs;
DROP TABLE settings;
DROP TABLE schema_migrations;
