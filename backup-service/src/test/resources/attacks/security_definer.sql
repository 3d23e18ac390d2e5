-- with others
-- A function of the blueprint with its owner's rights, and names that it does not qualify.
CREATE TEMPORARY TABLE log (text text);
GRANT ALL ON log TO PUBLIC;
CREATE FUNCTION pg_temp.written() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM :schema.evil('security definer'); RETURN NEW; END $$;
CREATE TRIGGER written BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION pg_temp.written();
SELECT note('x');
