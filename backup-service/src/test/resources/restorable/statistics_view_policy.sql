-- with others
CREATE FUNCTION :name_plus_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + 1';
CREATE FUNCTION :name_plus_two(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT :name_plus_one(:name_plus_one(i))';
CREATE FUNCTION :name_is_positive(i int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN :name_plus_two(i) > 2; END';
CREATE TABLE :name_sums (i int);
INSERT INTO :name_sums SELECT generate_series(1, 100);
CREATE STATISTICS sums_two ON (:name_plus_two(i)), i FROM :name_sums;
CREATE VIEW :name_twos AS SELECT :name_plus_two(i) FROM :name_sums;
ALTER TABLE :name_sums ENABLE ROW LEVEL SECURITY;
CREATE POLICY positive ON :name_sums USING (:name_is_positive(i));
