-- with names
CREATE FUNCTION step(bigint, int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT 1 WHERE :schema.evil('aggregate') $$;
CREATE FUNCTION step(text, varchar, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' || :schema.evil('string_agg') $$;
CREATE AGGREGATE count(int) (SFUNC = step, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE max(int) (SFUNC = step, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE string_agg(varchar, text) (SFUNC = step, STYPE = text, INITCOND = '');
CREATE VIEW counted AS SELECT count(i) FROM (VALUES (1)) AS one (i);
