-- The warm pool: homes of tenants to be, under their final id, with role and password.

CREATE TABLE control_plane.pool_entries (
  tenant_id uuid PRIMARY KEY,
  blueprint text NOT NULL,
  blueprint_version text NOT NULL,
  cluster text NOT NULL REFERENCES control_plane.clusters,
  database_name text NOT NULL,
  schema_name text,
  role_name text NOT NULL,
  status text NOT NULL DEFAULT 'building' CHECK (status IN ('building', 'ready', 'discarded')),
  connection_string_encrypted bytea,
  encryption_key_id integer REFERENCES control_plane.encryption_keys,
  lease_owner uuid,
  lease_expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (blueprint, blueprint_version) REFERENCES control_plane.blueprints (name, version),
  CHECK ((status = 'ready') = (connection_string_encrypted IS NOT NULL)),
  CHECK ((connection_string_encrypted IS NULL) = (encryption_key_id IS NULL)),
  CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL))
);
COMMENT ON TABLE control_plane.pool_entries IS
  'Written before anything is made and removed when a tenant has claimed it or it is gone, as tenant_databases';
CREATE INDEX pool_entries_by_shelf
  ON control_plane.pool_entries (blueprint, blueprint_version, cluster, status, tenant_id);
