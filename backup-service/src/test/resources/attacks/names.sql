-- with others
-- Names that end a statement, a line or a command where they are not quoted.
CREATE TABLE "quoted "" ' $$ \! touch /tmp/evil" ("c "" ' \" int, "line
\! touch /tmp/evil
CREATE ROLE evil_by_name SUPERUSER;" text DEFAULT '; CREATE ROLE evil_by_name;');
INSERT INTO "quoted "" ' $$ \! touch /tmp/evil" VALUES (1, E'\\.\n\\! touch /tmp/evil\nGRANT tenantry_owner TO evil;');
CREATE TABLE "first
COPY x FROM stdin;
second" (i int);
COMMENT ON TABLE "first
COPY x FROM stdin;
second" IS E'a comment\n\\! touch /tmp/evil\nALTER TABLE cars OWNER TO postgres;';
CREATE FUNCTION "name
ALTER ROLE postgres PASSWORD 'x';"() RETURNS int LANGUAGE sql AS $body$ SELECT 1 -- ;
-- GRANT tenantry_owner TO PUBLIC;
$body$;
CREATE SEQUENCE "$tenantry$; DROP DATABASE postgres; --";
CREATE TYPE "enum'; DROP ROLE tenantry_admin; --" AS ENUM ('''; DROP ROLE tenantry_admin; --', E'\n\\.\n');
