-- with others
-- only database
-- as tenant
SELECT lo_from_bytea(4711, 'mine');
COMMENT ON LARGE OBJECT 4711 IS 'a "comment"';
GRANT SELECT ON LARGE OBJECT 4711 TO tenantry_app;
GRANT UPDATE ON LARGE OBJECT 4711 TO tenantry_content;
