-- with others
-- only database
-- as superuser
-- warns foreign servers, foreign tables and their views: data wrapper bare, server elsewhere, table public.far, view public.from_far, view public.from_view, view public.kept
-- notes foreign table public.far was left out
-- notes view public.from_far was left out
-- notes view public.kept was left out
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
CREATE MATERIALIZED VIEW kept AS SELECT i FROM from_far WITH NO DATA;
CREATE UNIQUE INDEX kept_i ON kept (i);
COMMENT ON INDEX kept_i IS 'an index';
CREATE STATISTICS kept_s ON (i + 1) FROM kept;
COMMENT ON STATISTICS kept_s IS 'statistics';
ALTER TABLE kept CLUSTER ON kept_i;
ALTER INDEX kept_i SET (fillfactor = 50);
CREATE FOREIGN DATA WRAPPER bare;
CREATE FUNCTION far(i int) RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMENT ON FUNCTION far(int) IS 'a function';
