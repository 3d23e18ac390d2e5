-- with others
CREATE FUNCTION :name_plus_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + 1';
CREATE FUNCTION :name_plus_two(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT :name_plus_one(:name_plus_one(i))';
CREATE FUNCTION :name_is_positive(i int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN :name_plus_two(i) > 2; END';
CREATE TABLE :name_sums (i int);
CREATE FUNCTION :name_add_two() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.i := :name_plus_two(NEW.i); RETURN NEW; END';
CREATE TRIGGER adding BEFORE INSERT ON :name_sums FOR EACH ROW EXECUTE FUNCTION :name_add_two();
INSERT INTO :name_sums VALUES (1), (2);
