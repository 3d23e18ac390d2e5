-- notes no such role
-- differs
GRANT USAGE ON SCHEMA :schema TO :other;
GRANT SELECT ON settings TO :other WITH GRANT OPTION;
CREATE TABLE seen (i int);
ALTER TABLE seen ENABLE ROW LEVEL SECURITY;
CREATE POLICY reported ON seen TO :other, :role USING (true);
ALTER DEFAULT PRIVILEGES IN SCHEMA :schema GRANT SELECT ON TABLES TO :other;
