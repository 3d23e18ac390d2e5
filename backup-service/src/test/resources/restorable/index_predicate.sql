-- The predicate is computed while rows are counted, too.
CREATE FUNCTION plus_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + 1';
CREATE FUNCTION plus_two(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT plus_one(plus_one(i))';
CREATE FUNCTION is_positive(i int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN plus_two(i) > 2; END';
CREATE FUNCTION always() RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT is_positive(7)';
CREATE TABLE sums (i int);
INSERT INTO sums VALUES (1), (2);
CREATE INDEX sums_always ON sums (i) WHERE always();
