-- The PostgreSQL clusters that tenants are placed on, by region, and what the other services read of the registry.

CREATE TABLE control_plane.regions (
  name text PRIMARY KEY CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')
);
INSERT INTO control_plane.regions VALUES ('us-east-1'), ('us-west-2'), ('eu-west-1'), ('ap-southeast-1');

CREATE TABLE control_plane.clusters (
  name text PRIMARY KEY CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  region text NOT NULL REFERENCES control_plane.regions,
  host text NOT NULL,
  port integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
  maintenance_database text NOT NULL DEFAULT 'postgres',
  ssl_mode text NOT NULL CHECK (ssl_mode IN ('disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full')),
  admin_user text NOT NULL,
  admin_password_encrypted bytea,
  encryption_key_id integer REFERENCES control_plane.encryption_keys,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'draining')),
  capacity integer NOT NULL CHECK (capacity >= 0),
  tenants integer NOT NULL DEFAULT 0 CHECK (tenants >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (host, port),
  CHECK ((admin_password_encrypted IS NULL) = (encryption_key_id IS NULL))
);
COMMENT ON COLUMN control_plane.clusters.admin_password_encrypted IS 'AES-256-GCM, bound to ''cluster '' and the name';
COMMENT ON COLUMN control_plane.clusters.capacity IS 'Tenants it may hold; fewer than it holds only keeps new ones away';
COMMENT ON COLUMN control_plane.clusters.tenants IS 'Rows of tenant_databases that name it, counted by trigger';

-- Installations from before this table: their one cluster gets its address anew when the service starts.
INSERT INTO control_plane.clusters (name, region, host, port, ssl_mode, admin_user, capacity, tenants)
SELECT tenant_databases.cluster, min(tenants.region), min(host), min(port), 'prefer', 'tenantry_admin', 2000, count(*)
FROM control_plane.tenant_databases
JOIN control_plane.tenants USING (tenant_id)
WHERE tenants.region IN (SELECT name FROM control_plane.regions)
GROUP BY tenant_databases.cluster;

ALTER TABLE control_plane.tenant_databases
  ADD FOREIGN KEY (cluster) REFERENCES control_plane.clusters,
  ADD COLUMN schema_name text,
  DROP CONSTRAINT tenant_databases_cluster_database_name_key,
  ADD CONSTRAINT tenant_databases_place UNIQUE NULLS NOT DISTINCT (cluster, database_name, schema_name);
COMMENT ON COLUMN control_plane.tenant_databases.schema_name IS
  'The tenant''s schema in a shared database; null where the whole database is the tenant''s';

-- A tenant takes its place in the very statement that writes its row down, so no two get the last one.
CREATE FUNCTION control_plane.take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE control_plane.clusters
  SET tenants = tenants + 1
  WHERE name = NEW.cluster
    AND status = 'active'
    AND tenants < capacity;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'cluster % takes no tenants', NEW.cluster USING ERRCODE = 'TN001';
  END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION control_plane.leave_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE control_plane.clusters SET tenants = tenants - 1 WHERE name = OLD.cluster;
  RETURN NULL;
END
$$;
CREATE TRIGGER take_place AFTER INSERT ON control_plane.tenant_databases
  FOR EACH ROW EXECUTE FUNCTION control_plane.take_place();
CREATE TRIGGER leave_place AFTER DELETE ON control_plane.tenant_databases
  FOR EACH ROW EXECUTE FUNCTION control_plane.leave_place();

GRANT SELECT ON control_plane.clusters, control_plane.api_keys TO tenantry_directory;
