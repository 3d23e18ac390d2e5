-- with others
CREATE FUNCTION :name_plus_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + 1';
CREATE FUNCTION :name_plus_two(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT :name_plus_one(:name_plus_one(i))';
CREATE FUNCTION :name_is_positive(i int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN :name_plus_two(i) > 2; END';
CREATE TABLE :name_sums (i int);
INSERT INTO :name_sums VALUES (1), (2);
CREATE MATERIALIZED VIEW :name_twos AS SELECT i, :name_plus_two(i) AS two FROM :name_sums;
CREATE UNIQUE INDEX twos_two ON :name_twos (two);
