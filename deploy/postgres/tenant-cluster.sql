-- Prepares a PostgreSQL server to hold tenants' databases. Run it in its database "postgres", as a superuser, once and again with
-- each new version of Tenantry: existing roles and data are not changed. Set a password for tenantry_admin afterwards
-- (ALTER ROLE tenantry_admin PASSWORD '…'); Tenantry sets that of tenantry_dump.
--
-- tenantry_admin is not a superuser: it creates databases and roles, and ends the sessions of a database it drops. It does not log in
-- to tenants' databases. tenantry_dump reads them, for pg_dump only; no other role may act as it, but tenantry_admin sets its password.
-- PUBLIC loses CONNECT on the maintenance databases, so that a tenant's role reaches its own database and nothing else.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tenantry_admin') THEN
    CREATE ROLE tenantry_admin LOGIN CREATEDB CREATEROLE;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tenantry_dump') THEN
    CREATE ROLE tenantry_dump LOGIN;
  END IF;
END
$$;

-- A backup contains every row, also those that a tenant's policies hide from the owner of its tables.
ALTER ROLE tenantry_dump LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT pg_read_all_data TO tenantry_dump;

-- Older versions granted this to the admin, which no longer needs it.
ALTER ROLE tenantry_admin NOBYPASSRLS;
GRANT pg_signal_backend TO tenantry_admin;

-- To set the password of tenantry_dump, CREATEROLE needs the admin option since version 16; membership gives no other right there.
DO $$
BEGIN
  IF current_setting('server_version_num')::int >= 160000 THEN
    -- An older server cannot parse this.
    EXECUTE 'GRANT tenantry_dump TO tenantry_admin WITH ADMIN TRUE, INHERIT FALSE, SET FALSE';
  END IF;
END
$$;

REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO tenantry_admin;
