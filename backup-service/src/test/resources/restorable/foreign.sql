-- only database
-- as superuser
-- warns foreign tables, servers and user mappings: server elsewhere, table public.far
-- notes foreign table public.far was left out
-- notes view public.from_far was left out
-- differs
CREATE EXTENSION postgres_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db', dbname 'x');
GRANT USAGE ON FOREIGN SERVER elsewhere TO tenantry_content;
CREATE USER MAPPING FOR PUBLIC SERVER elsewhere OPTIONS (user 'u', password 'p');
CREATE FOREIGN TABLE far (i int, t text DEFAULT 'x') SERVER elsewhere;
COMMENT ON COLUMN far.i IS 'a column';
GRANT SELECT ON far TO tenantry_app;
CREATE VIEW from_far AS SELECT i FROM far;
COMMENT ON VIEW from_far IS 'a view';
CREATE VIEW from_view AS SELECT i FROM from_far;
CREATE FUNCTION far(i int) RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMENT ON FUNCTION far(int) IS 'a function';
