-- with others
-- runs
-- database
-- pg_dump leaves casts out of the dump of a schema; such a backup fails its drill.
CREATE TYPE disguise AS (word text);
CREATE FUNCTION reveal(disguise) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' || :schema.evil('cast') $$;
CREATE FUNCTION hide(text) RETURNS disguise LANGUAGE sql IMMUTABLE AS $$ SELECT ROW('x' || :schema.evil('cast back'))::disguise $$;
CREATE CAST (disguise AS text) WITH FUNCTION reveal(disguise) AS IMPLICIT;
CREATE CAST (text AS disguise) WITH FUNCTION hide(text) AS ASSIGNMENT;
CREATE TABLE disguises (d disguise);
INSERT INTO disguises VALUES (ROW('x'));
CREATE INDEX revealed ON disguises ((d::text));
