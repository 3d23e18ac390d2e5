-- only database
-- The path is the application's own, which no record knows.
CREATE SCHEMA "app one";
CREATE SCHEMA zzz;
CREATE FUNCTION zzz.plus_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + 1';
SET search_path = "app one", zzz;
CREATE FUNCTION plus_two(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT plus_one(plus_one(i))';
CREATE TABLE sums (i int, two int GENERATED ALWAYS AS (plus_two(i)) STORED);
INSERT INTO sums VALUES (1), (2);
CREATE INDEX sums_two ON sums (plus_two(i));
SET search_path = public;
