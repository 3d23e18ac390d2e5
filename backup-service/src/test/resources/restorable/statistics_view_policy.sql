CREATE FUNCTION plus_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + 1';
CREATE FUNCTION plus_two(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT plus_one(plus_one(i))';
CREATE FUNCTION is_positive(i int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN plus_two(i) > 2; END';
CREATE TABLE sums (i int);
INSERT INTO sums SELECT generate_series(1, 100);
CREATE STATISTICS sums_two ON (plus_two(i)), i FROM sums;
CREATE VIEW twos AS SELECT plus_two(i) FROM sums;
ALTER TABLE sums ENABLE ROW LEVEL SECURITY;
CREATE POLICY positive ON sums USING (is_positive(i));
