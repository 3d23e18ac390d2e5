-- The kinds of statements of PostgreSQL's grammar, for the tests of tenant-service and backup-service.
-- Each is a migration by itself, and runs after all before it; what is refused, after those of its paragraph. What is refused says so, in both isolations or in one:
-- "#: refused | a part of the reason", "#: schema refused | a part of the reason". "#: conf" are lines of its .sql.conf.

#: base
CREATE TABLE base (id int PRIMARY KEY, name text);
INSERT INTO base VALUES (1, 'one'), (2, 'two');

#: insert
INSERT INTO base VALUES (3, 'three');
#: insert on conflict
INSERT INTO base VALUES (3, 'drei') ON CONFLICT (id) DO UPDATE SET name = excluded.name;
#: insert returning
INSERT INTO base VALUES (4, 'four') RETURNING id;
#: update
UPDATE base SET name = upper(name) WHERE id = 2;
#: delete
DELETE FROM base WHERE id = 4;
#: merge
MERGE INTO base USING (VALUES (5, 'five')) AS source (id, name) ON base.id = source.id
WHEN NOT MATCHED THEN INSERT VALUES (source.id, source.name);
#: select
SELECT * FROM base;
#: select values that drivers find hard to read
SELECT '24:00'::time, 'infinity'::timestamptz, '-infinity'::date, 'NaN'::numeric, '1 year'::interval, '(1,2)'::point, '12.30'::money, '4713-01-01 BC'::date;
#: values
VALUES (1, 'a'), (2, 'b');
#: table
TABLE base;
#: with
WITH moved AS (DELETE FROM base WHERE id = 5 RETURNING *) INSERT INTO base SELECT id + 100, name FROM moved;
#: create table as
CREATE TABLE copied AS SELECT * FROM base;
#: select into
SELECT * INTO selected FROM base;
#: truncate
TRUNCATE copied;
#: copy from stdin
COPY copied (id, name) FROM stdin;
1	eins
2	\N
\.
#: copy from stdin as csv
COPY copied FROM STDIN WITH (FORMAT csv, HEADER);
id,name
3,"drei, vier"
\.
#: copy with statements around it
INSERT INTO copied VALUES (10, 'ten');
COPY copied FROM stdin;
11	eleven;
\.

UPDATE copied SET name = 'elf' WHERE id = 11;
#: copy from stdin without an end | refused | do not end with a line
COPY copied FROM stdin;
1	eins
#: copy to stdout | refused | CopyManager
COPY base TO STDOUT;
#: copy from a file | refused | SQLSTATE 42501
COPY base FROM '/etc/passwd';
#: copy from a program | refused | SQLSTATE 42501
COPY base FROM PROGRAM 'ls';

#: begin and commit | refused | line 1: BEGIN
BEGIN;
CREATE TABLE never (i int);
COMMIT;
#: start transaction | refused | START TRANSACTION
START TRANSACTION;
#: end | refused | END
CREATE TABLE never (i int);
END;
#: commit | refused | line 2: COMMIT
CREATE TABLE never (i int);
COMMIT;
#: rollback | refused | ROLLBACK
ROLLBACK;
#: abort | refused | ABORT
ABORT;
#: commit and chain | refused | COMMIT
COMMIT AND CHAIN;
#: prepare transaction | refused | PREPARE TRANSACTION
PREPARE TRANSACTION 'one';
#: commit prepared | refused | COMMIT PREPARED
COMMIT PREPARED 'one';
#: rollback prepared | refused | ROLLBACK PREPARED
ROLLBACK PREPARED 'one';
#: commit in a block | refused | invalid transaction termination
DO $$ BEGIN CREATE TABLE never (i int); COMMIT; END $$;
#: commit in a procedure | refused | invalid transaction termination
CREATE PROCEDURE ending() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
CALL ending();
#: savepoint
SAVEPOINT before_it;
CREATE TABLE undone (i int);
ROLLBACK TO SAVEPOINT before_it;
SAVEPOINT again;
CREATE TABLE kept (i int);
RELEASE SAVEPOINT again;
#: set transaction isolation level | refused | must be called before any query
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
#: set transaction read only | refused | read-only transaction
SET TRANSACTION READ ONLY;
#: set session characteristics
SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ;
#: set constraints
SET CONSTRAINTS ALL DEFERRED;
#: lock table
LOCK TABLE base IN EXCLUSIVE MODE;
#: lock table nowait
LOCK TABLE base NOWAIT;

#: the header of a dump
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE FUNCTION pg_temp.later() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM not_yet_there';
#: after the header of a dump the search path is back
CREATE TABLE after_dump (i int);
#: after the header of a dump its settings are gone | refused | does not exist
CREATE FUNCTION early() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM not_yet_there';
#: set
SET work_mem = '8MB';
#: set local
SET LOCAL work_mem = '8MB';
#: set to default
SET work_mem TO DEFAULT;
#: set time zone
SET TIME ZONE 'America/New_York';
CREATE TABLE moments AS SELECT timestamptz '2026-01-01 00:00' AS at;
#: after a time zone
INSERT INTO moments VALUES (timestamptz '2026-01-01 00:00');
#: set datestyle | refused | DateStyle
SET datestyle = 'German';
#: set client encoding | refused | client_encoding
SET client_encoding = 'LATIN1';
#: reset
RESET work_mem;
#: reset all | refused | RESET ALL
RESET ALL;
#: show
SHOW search_path;
#: set role | refused | SET ROLE
SET ROLE NONE;
#: reset role | refused | RESET ROLE
RESET ROLE;
#: set role by a function
SELECT set_config('role', 'none', true);
#: set role by its name | refused | SET ROLE
SET "role" = 'none';
#: set local role | refused | SET ROLE
SET LOCAL ROLE NONE;
#: set session authorization | refused | SET SESSION AUTHORIZATION
SET SESSION AUTHORIZATION DEFAULT;
#: set session authorization for the session | refused | SET SESSION AUTHORIZATION
SET SESSION SESSION AUTHORIZATION DEFAULT;
#: set session authorization for the transaction | refused | SET SESSION AUTHORIZATION
SET LOCAL SESSION AUTHORIZATION DEFAULT;
#: set standard conforming strings | refused | standard_conforming_strings must stay on
SET standard_conforming_strings = off;
#: reset standard conforming strings
SET standard_conforming_strings TO 'on';
#: set search path
SET search_path = pg_catalog;
#: after a search path
CREATE TABLE after_search_path (i int);
#: discard all | refused | DISCARD ALL
DISCARD ALL;
#: discard plans
DISCARD PLANS;
#: discard temp
DISCARD TEMP;
#: discard sequences
DISCARD SEQUENCES;
#: set a variable of an application
SET app.tenant = 'x';
#: checkpoint | refused | CHECKPOINT
CHECKPOINT;
#: load | refused | SQLSTATE
LOAD 'no_such_library';

#: create role | refused | CREATE ROLE
CREATE ROLE left_behind NOLOGIN;
#: create user | refused | CREATE USER
CREATE USER left_behind;
#: create group | refused | CREATE GROUP
CREATE GROUP left_behind;
#: alter role | refused | ALTER ROLE
ALTER ROLE CURRENT_USER SET search_path = nowhere;
#: alter role in a block | refused | settings of a role
DO $$ BEGIN EXECUTE 'ALTER ROLE CURRENT_USER SET work_mem = ''8MB'''; END $$;
#: create role in a block | refused | SQLSTATE 42501
DO $$ BEGIN EXECUTE 'CREATE ROLE left_behind'; END $$;
#: drop role | refused | DROP ROLE
DROP ROLE IF EXISTS left_behind;
#: grant a role | refused | GRANT of a role
GRANT pg_monitor TO CURRENT_USER;
#: revoke a role | refused | REVOKE of a role
REVOKE pg_monitor FROM CURRENT_USER;
#: reassign owned | refused | REASSIGN OWNED
REASSIGN OWNED BY CURRENT_USER TO CURRENT_USER;
#: drop owned | refused | DROP OWNED
DROP OWNED BY CURRENT_USER;
#: create database | refused | CREATE DATABASE
CREATE DATABASE left_behind;
#: alter database | refused | ALTER DATABASE
ALTER DATABASE postgres SET timezone = 'UTC';
#: drop database | refused | DROP DATABASE
DROP DATABASE IF EXISTS left_behind;
#: comment on database | refused | COMMENT ON DATABASE
COMMENT ON DATABASE postgres IS 'mine';
#: comment on role | refused | COMMENT ON ROLE
COMMENT ON ROLE CURRENT_USER IS 'mine';
#: create tablespace | refused | CREATE TABLESPACE
CREATE TABLESPACE left_behind LOCATION '/tmp';
#: alter tablespace | refused | ALTER TABLESPACE
ALTER TABLESPACE pg_default SET (random_page_cost = 1);
#: drop tablespace | refused | DROP TABLESPACE
DROP TABLESPACE IF EXISTS left_behind;
#: alter system | refused | ALTER SYSTEM
ALTER SYSTEM SET work_mem = '8MB';
#: grant on database | refused | GRANT ON DATABASE
GRANT CONNECT ON DATABASE postgres TO PUBLIC;
#: create subscription | refused | CREATE SUBSCRIPTION
CREATE SUBSCRIPTION left_behind CONNECTION 'host=nowhere' PUBLICATION p;
#: alter subscription | refused | ALTER SUBSCRIPTION
ALTER SUBSCRIPTION left_behind DISABLE;
#: drop subscription | refused | DROP SUBSCRIPTION
DROP SUBSCRIPTION IF EXISTS left_behind;

#: create table with all sorts of columns
CREATE TABLE items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  base int NOT NULL REFERENCES base DEFERRABLE INITIALLY DEFERRED,
  price numeric(10, 2) NOT NULL CHECK (price >= 0),
  doubled numeric GENERATED ALWAYS AS (price * 2) STORED,
  tags text[] NOT NULL DEFAULT '{}',
  during tstzrange,
  UNIQUE (base, price)
);
#: rows before those they refer to
INSERT INTO items (base, price) VALUES (900, 1);
INSERT INTO base VALUES (900, 'later');
#: alter a table that had deferred checks
ALTER TABLE items ADD COLUMN more int;
#: a deferred constraint after the check of others
CREATE TABLE late (base int CONSTRAINT late_base REFERENCES base DEFERRABLE INITIALLY DEFERRED);
INSERT INTO late VALUES (901);
INSERT INTO base VALUES (901, 'later');
#: constraints of one name, deferrable and not
CREATE TABLE early (base int CONSTRAINT late_base REFERENCES base);
INSERT INTO late VALUES (902);
INSERT INTO base VALUES (902, 'later');
#: partitioned table
CREATE TABLE parted (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE parted_2026 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO parted VALUES (1, '2026-05-05');
#: detach partition
ALTER TABLE parted DETACH PARTITION parted_2026;
#: attach partition
ALTER TABLE parted ATTACH PARTITION parted_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
#: detach partition concurrently | refused | cannot run inside a transaction block
ALTER TABLE parted DETACH PARTITION parted_2026 CONCURRENTLY;
#: inherits
CREATE TABLE child (more int) INHERITS (base);
#: like
CREATE TABLE alike (LIKE items INCLUDING ALL);
#: unlogged table
CREATE UNLOGGED TABLE quick (i int);
#: set logged
ALTER TABLE quick SET LOGGED;
#: temporary table
CREATE TEMPORARY TABLE passing (i int) ON COMMIT DROP;
#: temporary table that stays
CREATE TEMP TABLE passing (i int);
INSERT INTO passing VALUES (1);
#: after a temporary table | refused | does not exist
INSERT INTO passing VALUES (2);
#: typed table
CREATE TYPE pair AS (a int, b text);
CREATE TABLE pairs OF pair;
#: alter table add column
ALTER TABLE base ADD COLUMN colour text NOT NULL DEFAULT 'red';
#: alter table alter type
ALTER TABLE copied ALTER COLUMN id TYPE bigint;
#: alter table add constraint
ALTER TABLE copied ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
#: alter table validate constraint
ALTER TABLE copied VALIDATE CONSTRAINT positive;
#: alter table drop column
ALTER TABLE copied DROP COLUMN name;
#: alter table rename
ALTER TABLE copied RENAME TO renamed;
#: alter table rename column
ALTER TABLE renamed RENAME COLUMN id TO number;
#: alter table set schema
ALTER TABLE renamed SET (fillfactor = 70);

#: alter table owner | refused | SQLSTATE
CREATE TABLE owned (i int);
ALTER TABLE owned OWNER TO pg_monitor;

#: alter table owner to oneself
ALTER TABLE renamed OWNER TO CURRENT_USER;
#: alter table cluster on
ALTER TABLE base CLUSTER ON base_pkey;
#: alter table replica identity
ALTER TABLE base REPLICA IDENTITY FULL;
#: drop table
DROP TABLE renamed;
#: drop table if exists
DROP TABLE IF EXISTS never_there;

#: create index
CREATE INDEX base_name ON base (name);
#: create unique partial index
CREATE UNIQUE INDEX base_lower ON base (lower(name)) WHERE id > 1000;
#: create index concurrently | schema refused | cannot run inside a transaction block
CREATE INDEX CONCURRENTLY base_again ON base (name);
#: mixed | refused | Detected both transactional and non-transactional statements
CREATE TABLE mixed (i int);
CREATE INDEX CONCURRENTLY mixed_i ON mixed (i);
#: mixed by its settings | schema refused | cannot run inside a transaction block
#: conf executeInTransaction=false
CREATE TABLE mixed (i int);
CREATE INDEX CONCURRENTLY mixed_i ON mixed (i);
#: commit in a block outside a transaction | schema refused | invalid transaction termination
#: conf executeInTransaction=false
CREATE TABLE batches (i int);
DO $$ BEGIN INSERT INTO batches VALUES (1); COMMIT; INSERT INTO batches VALUES (2); END $$;
#: outside a transaction
#: conf executeInTransaction=false
CREATE TABLE said_so (i int);
#: rows outside a transaction
#: conf executeInTransaction=false
COPY said_so FROM stdin;
1
2
\.
#: alter index
ALTER INDEX base_name RENAME TO base_by_name;
#: reindex index
REINDEX INDEX base_by_name;
#: reindex table
REINDEX TABLE base;

#: reindex table concurrently | refused | cannot run inside a transaction block
REINDEX TABLE CONCURRENTLY base;

#: reindex schema | refused | SQLSTATE
REINDEX SCHEMA pg_catalog;

#: drop index
DROP INDEX base_by_name;

#: drop index concurrently | schema refused | SQLSTATE
DROP INDEX CONCURRENTLY IF EXISTS base_lower;

#: cluster
CLUSTER base USING base_pkey;

#: vacuum | schema refused | cannot run inside a transaction block
VACUUM base;

#: vacuum full | schema refused | cannot run inside a transaction block
VACUUM (FULL, ANALYZE) base;

#: analyze
ANALYZE base;

#: create view
CREATE VIEW names AS SELECT id, name FROM base;
#: create or replace view
CREATE OR REPLACE VIEW names AS SELECT id, name, colour FROM base;
#: create recursive view
CREATE RECURSIVE VIEW counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 3;
#: alter view
ALTER VIEW names SET (security_barrier = true);
#: drop view
DROP VIEW counting;
#: create materialized view
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM base WITH NO DATA;
#: refresh materialized view
REFRESH MATERIALIZED VIEW counted;
#: refresh materialized view concurrently
CREATE UNIQUE INDEX counted_once ON counted (count);
REFRESH MATERIALIZED VIEW CONCURRENTLY counted;
#: alter materialized view
ALTER MATERIALIZED VIEW counted RENAME TO counted_all;
#: drop materialized view
DROP MATERIALIZED VIEW counted_all;

#: create sequence
CREATE SEQUENCE numbers START 100;
#: alter sequence
ALTER SEQUENCE numbers INCREMENT BY 10;
#: nextval
SELECT nextval('numbers'), setval('numbers', 500);
#: after nextval | refused | not yet defined
SELECT currval('numbers');
#: drop sequence
DROP SEQUENCE numbers;

#: create function in sql
CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT i * 2; $$;
#: create function in plpgsql
CREATE OR REPLACE FUNCTION thrice(i int) RETURNS int LANGUAGE plpgsql AS $body$
BEGIN
  -- BEGIN; COMMIT;
  RETURN i * 3;
END;
$body$;
#: begin atomic
CREATE FUNCTION atomic(i int) RETURNS int LANGUAGE sql
BEGIN ATOMIC
  SELECT 1;
  SELECT CASE WHEN i > 0 THEN i ELSE 0 END;
END;
#: create procedure
CREATE PROCEDURE adding(i int) LANGUAGE sql AS $$ INSERT INTO base (id, name) VALUES (i, 'added') $$;
#: call
CALL adding(77);
#: do
DO $$ BEGIN PERFORM 1; INSERT INTO base (id, name) VALUES (78, 'done'); END $$;
#: do that sets a timeout
DO $$ BEGIN SET LOCAL lock_timeout = 0; PERFORM set_config('statement_timeout', '0', false); END $$;
#: alter function
ALTER FUNCTION twice(int) STABLE;
#: alter procedure
ALTER PROCEDURE adding(int) SECURITY DEFINER;
#: alter routine
ALTER ROUTINE thrice(int) RENAME TO threefold;
#: drop function
DROP FUNCTION threefold(int);
#: drop procedure
DROP PROCEDURE adding(int);
#: create aggregate
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
#: alter aggregate
ALTER AGGREGATE total (int) RENAME TO summed;
#: drop aggregate
DROP AGGREGATE summed (int);
#: create function in c | refused | SQLSTATE 42501
CREATE FUNCTION in_c() RETURNS int LANGUAGE c AS 'nowhere';
#: create trigger
CREATE FUNCTION on_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER changed BEFORE UPDATE ON base FOR EACH ROW EXECUTE FUNCTION on_change();
#: alter trigger
ALTER TRIGGER changed ON base RENAME TO changes;
#: disable trigger
ALTER TABLE base DISABLE TRIGGER changes;
#: create constraint trigger
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON base DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION on_change();
#: drop trigger
DROP TRIGGER later ON base;
#: create event trigger | refused | SQLSTATE 42501
CREATE FUNCTION on_event() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER everything ON ddl_command_end EXECUTE FUNCTION on_event();
#: drop event trigger | refused | does not exist
DROP EVENT TRIGGER everything;
#: create rule
CREATE RULE quiet AS ON DELETE TO kept DO ALSO (INSERT INTO base (id, name) VALUES (-1, 'a'); DELETE FROM base WHERE id = -1);
#: alter rule
ALTER RULE quiet ON kept RENAME TO quieter;
#: drop rule
DROP RULE quieter ON kept;
#: create policy
ALTER TABLE kept ENABLE ROW LEVEL SECURITY;
CREATE POLICY positive ON kept USING (i > 0);
#: alter policy
ALTER POLICY positive ON kept USING (i >= 0);
#: drop policy
DROP POLICY positive ON kept;

#: create type enum
CREATE TYPE mood AS ENUM ('sad', 'happy');
#: alter type add value
ALTER TYPE mood ADD VALUE 'calm' BEFORE 'happy';
#: use an added value | schema refused | SQLSTATE 55P04
CREATE TABLE moods (mood mood DEFAULT 'calm');
#: alter type rename value
ALTER TYPE mood RENAME VALUE 'sad' TO 'unhappy';
#: create type composite
CREATE TYPE spot AS (x int, y int);
#: alter type add attribute
ALTER TYPE spot ADD ATTRIBUTE z int;
#: create type range
CREATE TYPE spans AS RANGE (subtype = float8);
#: create type base | refused | SQLSTATE 42501
CREATE TYPE raw;
CREATE TYPE raw (INPUT = textin, OUTPUT = textout);
#: create shell type | refused | SQLSTATE 42501
CREATE TYPE shell;
#: drop type
DROP TYPE spans;
#: create domain
CREATE DOMAIN quantity AS int CHECK (VALUE > 0);
#: alter domain
ALTER DOMAIN quantity SET DEFAULT 1;
#: drop domain
DROP DOMAIN quantity;
#: create cast
CREATE FUNCTION spot_text(spot) RETURNS text LANGUAGE sql AS $$ SELECT ($1).x::text $$;
CREATE CAST (spot AS text) WITH FUNCTION spot_text(spot);
#: drop cast
DROP CAST (spot AS text);
#: create operator
CREATE FUNCTION apart(spot, spot) RETURNS boolean LANGUAGE sql AS $$ SELECT ($1).x <> ($2).x $$;
CREATE OPERATOR <#> (LEFTARG = spot, RIGHTARG = spot, FUNCTION = apart);
#: alter operator
ALTER OPERATOR <#> (spot, spot) SET (RESTRICT = NONE);
#: drop operator
DROP OPERATOR <#> (spot, spot);
#: create operator class | refused | SQLSTATE 42501
CREATE OPERATOR CLASS odd FOR TYPE int USING btree AS OPERATOR 1 <;
#: create operator family | refused | SQLSTATE 42501
CREATE OPERATOR FAMILY odd USING btree;
#: create access method | refused | SQLSTATE 42501
CREATE ACCESS METHOD odd TYPE INDEX HANDLER bthandler;
#: create collation
CREATE COLLATION german (provider = icu, locale = 'de');
#: alter collation
ALTER COLLATION german RENAME TO deutsch;
#: drop collation
DROP COLLATION deutsch;
#: create conversion
CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
#: alter conversion
ALTER CONVERSION latin RENAME TO latinum;
#: drop conversion
DROP CONVERSION latinum;
#: create statistics
CREATE STATISTICS pairing ON id, name FROM base;
#: alter statistics
ALTER STATISTICS pairing SET STATISTICS 50;
#: drop statistics
DROP STATISTICS pairing;
#: create text search configuration
CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);
#: alter text search configuration
ALTER TEXT SEARCH CONFIGURATION plain DROP MAPPING FOR email;
#: create text search dictionary
CREATE TEXT SEARCH DICTIONARY short (TEMPLATE = simple, STOPWORDS = english);
#: alter text search dictionary
ALTER TEXT SEARCH DICTIONARY short (ACCEPT = false);
#: drop text search dictionary
DROP TEXT SEARCH DICTIONARY short;
#: drop text search configuration
DROP TEXT SEARCH CONFIGURATION plain;
#: create text search parser | refused | SQLSTATE 42501
CREATE TEXT SEARCH PARSER odd (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
#: create text search template | refused | SQLSTATE 42501
CREATE TEXT SEARCH TEMPLATE odd (LEXIZE = dsimple_lexize);
#: create language | refused | SQLSTATE
CREATE LANGUAGE nonsense;
#: create transform | refused | SQLSTATE
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION int4_no(internal));

#: create schema | schema refused | SQLSTATE 42501
CREATE SCHEMA another CREATE TABLE inside (i int);
#: alter schema | schema refused | SQLSTATE
ALTER SCHEMA another RENAME TO other;
#: drop schema | schema refused | SQLSTATE
DROP SCHEMA other CASCADE;
#: create extension | schema refused | extensions.required
CREATE EXTENSION IF NOT EXISTS seg;
#: drop extension | schema refused | SQLSTATE
DROP EXTENSION seg;
#: create an extension that is not trusted | refused | 
CREATE EXTENSION file_fdw;
#: create publication | schema refused | SQLSTATE 42501
CREATE PUBLICATION news FOR TABLE base;
#: alter publication | schema refused | SQLSTATE
ALTER PUBLICATION news SET (publish = 'insert');
#: drop publication | schema refused | SQLSTATE
DROP PUBLICATION news;
#: create publication for all tables | refused | SQLSTATE
CREATE PUBLICATION all_news FOR ALL TABLES;
#: create foreign data wrapper | refused | SQLSTATE 42501
CREATE FOREIGN DATA WRAPPER far;
#: create server | refused | does not exist
CREATE SERVER far FOREIGN DATA WRAPPER nothing;
#: create user mapping | refused | does not exist
CREATE USER MAPPING FOR CURRENT_USER SERVER far;
#: create foreign table | refused | does not exist
CREATE FOREIGN TABLE far_table (i int) SERVER far;
#: import foreign schema | refused | does not exist
IMPORT FOREIGN SCHEMA public FROM SERVER far INTO public;

#: grant on a table
GRANT SELECT ON base TO PUBLIC;
#: revoke on a table
REVOKE SELECT ON base FROM PUBLIC;
#: grant on a function
GRANT EXECUTE ON FUNCTION twice(int) TO PUBLIC;
#: grant on columns
GRANT UPDATE (name) ON base TO PUBLIC;

#: grant to a role that is not there | refused | does not exist
GRANT SELECT ON base TO left_behind;

#: alter default privileges
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
#: comment on a table
COMMENT ON TABLE base IS 'it''s; the base';
#: comment on a column
COMMENT ON COLUMN base.name IS 'COMMIT;';
#: comment on a function
COMMENT ON FUNCTION twice(int) IS 'doubles';

#: security label | refused | no security label providers
SECURITY LABEL ON TABLE base IS 'secret';

#: large object
SELECT lo_unlink(lo_create(0));

#: alter large object | refused | does not exist
ALTER LARGE OBJECT 4242 OWNER TO CURRENT_USER;

#: prepare and execute
PREPARE plan (int) AS SELECT $1 + 1;
EXECUTE plan(1);
#: prepare under a name that was left
PREPARE plan AS SELECT 1;
#: after prepare | refused | does not exist
EXECUTE plan;
#: deallocate
PREPARE gone AS SELECT 1;
DEALLOCATE gone;
#: declare cursor
DECLARE reading CURSOR FOR SELECT * FROM base;
FETCH NEXT FROM reading;
MOVE FORWARD 1 IN reading;
CLOSE reading;
#: declare cursor with hold
DECLARE reading CURSOR WITH HOLD FOR SELECT * FROM base;
#: after a cursor | refused | does not exist
FETCH NEXT FROM reading;
#: listen
LISTEN news;
#: notify
NOTIFY news, 'something';
#: unlisten
UNLISTEN news;
#: explain
EXPLAIN SELECT * FROM base;
#: explain analyze
EXPLAIN ANALYZE INSERT INTO base (id, name) VALUES (99, 'explained');
#: advisory lock
SELECT pg_advisory_xact_lock(4711);
#: placeholders | refused | placeholderReplacement=false
SELECT '${name}';
#: placeholders as they are
#: conf placeholderReplacement=false
COMMENT ON TABLE base IS '${name}';
#: settings that do not matter
#: conf encoding=UTF-8
#: conf executeInTransaction=true
SELECT 1;
#: settings of another edition | refused | shouldExecute
#: conf shouldExecute=false
SELECT 1;
#: comments only
-- nothing;
/* at; all /* nested; */ */
#: semicolons
;;; SELECT 1;; -- the end
#: a string of two lines
INSERT INTO base (id, name) VALUES (200, 'one;
two');
#: dollars in a string
INSERT INTO base (id, name) VALUES (201, '$$'), (202, 'it''s $x$');
#: a syntax error | refused | line 3: it fails: syntax error
CREATE TABLE never (
  i int,
  nonsense nonsense nonsense
);
#: the wrong one of many | refused | line 5: it fails: relation "nowhere" does not exist
SELECT 1;
-- a comment;

SELECT 2,
  (SELECT count(*) FROM nowhere);
