-- with others
-- The predicate is computed while rows are counted, too.
CREATE FUNCTION :name_plus_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + 1';
CREATE FUNCTION :name_plus_two(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT :name_plus_one(:name_plus_one(i))';
CREATE FUNCTION :name_is_positive(i int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN :name_plus_two(i) > 2; END';
CREATE FUNCTION :name_always() RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT :name_is_positive(7)';
CREATE TABLE :name_sums (i int);
INSERT INTO :name_sums VALUES (1), (2);
CREATE INDEX sums_always ON :name_sums (i) WHERE :name_always();
