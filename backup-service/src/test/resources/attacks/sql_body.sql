-- runs
-- with others
CREATE FUNCTION body() RETURNS boolean LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT evil('body; GRANT tenantry_owner TO PUBLIC;'); END;
CREATE TABLE bodies (i int, b boolean GENERATED ALWAYS AS (body()) STORED);
INSERT INTO bodies VALUES (1);
