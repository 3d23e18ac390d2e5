-- Table templates that blueprints may name.
CREATE TABLE platform.tenant_table_templates (
  table_name text PRIMARY KEY,
  create_sql text NOT NULL,
  description text NOT NULL
);
