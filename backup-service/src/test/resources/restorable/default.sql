CREATE FUNCTION plus_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + 1';
CREATE FUNCTION plus_two(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT plus_one(plus_one(i))';
CREATE FUNCTION is_positive(i int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN plus_two(i) > 2; END';
CREATE TABLE sums (i int DEFAULT plus_two(3), j int);
INSERT INTO sums (j) VALUES (1), (2);
