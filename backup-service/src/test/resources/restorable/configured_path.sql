-- only database
-- as superuser
-- The same names mean other things on another path.
CREATE SCHEMA aaa AUTHORIZATION tenantry_content;
CREATE SCHEMA zzz AUTHORIZATION tenantry_content;
DO $$ BEGIN EXECUTE format('ALTER ROLE %s SET search_path = zzz, aaa', quote_ident(':plainrole')); END $$;
SET ROLE tenantry_content;
CREATE FUNCTION aaa.plus_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1 / 0';
CREATE FUNCTION zzz.plus_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + 1';
SET search_path = zzz, aaa;
CREATE FUNCTION zzz.plus_two(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT plus_one(plus_one(i))';
CREATE TABLE zzz.sums (i int, two int GENERATED ALWAYS AS (zzz.plus_two(i)) STORED);
INSERT INTO zzz.sums VALUES (1), (2);
RESET ROLE;
