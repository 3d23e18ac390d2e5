-- Prepares an empty database to be Tenantry's control database. Run once in that database, as a superuser, and again where
-- CHANGELOG.md says so, when all services have been upgraded. The script sets no passwords: set one for each of the three services
-- (ALTER ROLE tenant_service PASSWORD '…'), or they cannot log in.
--
-- Each service owns its schema and can write no other. tenant-service's own migrations grant to tenantry_directory and
-- backup_service the views and functions of control_plane that the other services use.

DO $$
DECLARE
  service text;
BEGIN
  FOREACH service IN ARRAY ARRAY['tenant_service', 'ingestion_service', 'backup_service'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', service);
    END IF;
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), service);
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tenantry_directory') THEN
    CREATE ROLE tenantry_directory NOLOGIN;
  END IF;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END
$$;

GRANT tenantry_directory TO ingestion_service, backup_service;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA IF NOT EXISTS control_plane AUTHORIZATION tenant_service;
CREATE SCHEMA IF NOT EXISTS platform AUTHORIZATION tenant_service;
CREATE SCHEMA IF NOT EXISTS ingestion AUTHORIZATION ingestion_service;
CREATE SCHEMA IF NOT EXISTS backup AUTHORIZATION backup_service;
GRANT USAGE ON SCHEMA control_plane TO tenantry_directory;

-- After tenant-service has created its views, other services may not use its tables: older versions had rights on them.
DO $$
DECLARE
  own_table regclass;
BEGIN
  IF to_regclass('control_plane.tenants_v1') IS NOT NULL THEN
    FOR own_table IN
      SELECT oid FROM pg_class WHERE relnamespace = 'control_plane'::regnamespace AND relkind IN ('r', 'p')
    LOOP
      EXECUTE format('REVOKE ALL ON %s FROM tenantry_directory, ingestion_service, backup_service', own_table);
    END LOOP;
  END IF;
END
$$;
