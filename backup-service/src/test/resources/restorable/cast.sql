-- with database: others
-- warns schema: does not contain casts
CREATE TYPE pair AS (a text, b text);
CREATE FUNCTION pair_text(pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.a';
CREATE CAST (pair AS text) WITH FUNCTION pair_text(pair);
CREATE TABLE pairs (p pair);
INSERT INTO pairs VALUES (('a', 'b'));
