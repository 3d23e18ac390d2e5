-- warns schema: does not contain casts
-- fails schema: SQLSTATE 42
CREATE TYPE pair AS (a text, b text);
CREATE FUNCTION pair_int(pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length($1.a)';
CREATE CAST (pair AS int) WITH FUNCTION pair_int(pair);
CREATE TABLE pairs (p pair);
INSERT INTO pairs VALUES (('a', 'b'));
CREATE INDEX pairs_int ON pairs ((p::int));
