-- with database: others
-- warns schema: does not contain casts
-- fails schema: SQLSTATE 42
CREATE TYPE reading AS (a text, b text);
CREATE FUNCTION reading_int(reading) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length($1.a)';
CREATE CAST (reading AS int) WITH FUNCTION reading_int(reading);
CREATE TABLE readings (p reading);
INSERT INTO readings VALUES (('a', 'b'));
CREATE INDEX readings_int ON readings ((p::int));
