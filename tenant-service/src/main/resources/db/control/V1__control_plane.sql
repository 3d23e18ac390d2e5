-- The registry of tenants. Owned and written by tenant-service; other services read what is granted at the end.

CREATE TABLE control_plane.installation (
  installation_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  only_row boolean NOT NULL DEFAULT true UNIQUE CHECK (only_row)
);
COMMENT ON TABLE control_plane.installation IS
  'The id under which this Tenantry claims PostgreSQL clusters, so that no two installations reap each other''s databases';
INSERT INTO control_plane.installation DEFAULT VALUES;

CREATE TABLE control_plane.encryption_keys (
  key_id integer PRIMARY KEY,
  first_used_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE control_plane.encryption_keys IS 'Ids of the keys that were primary once; never the keys';

CREATE TABLE control_plane.tenants (
  tenant_id uuid PRIMARY KEY,
  name text COLLATE "C" NOT NULL CHECK (name ~ '^[A-Za-z0-9_-]{1,255}$'),
  environment text NOT NULL CHECK (environment IN ('development', 'staging', 'production')),
  status text NOT NULL
    CHECK (status IN ('provisioning', 'rolling_back', 'active', 'suspended', 'deleting', 'deleted')),
  blueprint text NOT NULL,
  blueprint_version text NOT NULL,
  region text NOT NULL,
  owner_id text,
  organization_id text,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  lease_owner uuid,
  lease_expires_at timestamptz,
  CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL)),
  CHECK ((status = 'deleted') = (deleted_at IS NOT NULL))
);
COMMENT ON COLUMN control_plane.tenants.tenant_id IS 'UUID version 7: ordered by creation, the key of every page';
COMMENT ON COLUMN control_plane.tenants.lease_owner IS 'The replica that works on the tenant until lease_expires_at';

CREATE UNIQUE INDEX tenants_name_taken ON control_plane.tenants (environment, name) WHERE status <> 'deleted';
CREATE INDEX tenants_by_name ON control_plane.tenants (name, tenant_id);
CREATE INDEX tenants_by_status ON control_plane.tenants (status, tenant_id);
CREATE INDEX tenants_by_environment ON control_plane.tenants (environment, tenant_id);
CREATE INDEX tenants_by_blueprint ON control_plane.tenants (blueprint, tenant_id);
CREATE INDEX tenants_by_region ON control_plane.tenants (region, tenant_id);
CREATE INDEX tenants_leased ON control_plane.tenants (lease_expires_at) WHERE lease_expires_at IS NOT NULL;

CREATE TABLE control_plane.tenant_databases (
  tenant_id uuid PRIMARY KEY REFERENCES control_plane.tenants ON DELETE CASCADE,
  cluster text NOT NULL,
  host text NOT NULL,
  port integer NOT NULL,
  database_name text NOT NULL,
  role_name text NOT NULL,
  connection_string_encrypted bytea,
  encryption_key_id integer REFERENCES control_plane.encryption_keys,
  UNIQUE (cluster, database_name),
  UNIQUE (cluster, role_name),
  CHECK ((connection_string_encrypted IS NULL) = (encryption_key_id IS NULL))
);
COMMENT ON TABLE control_plane.tenant_databases IS
  'Written before the database is made and removed after it is gone: a database without a row here is an orphan';
CREATE INDEX tenant_databases_by_key ON control_plane.tenant_databases (encryption_key_id);

CREATE TABLE control_plane.provisioning_steps (
  tenant_id uuid NOT NULL REFERENCES control_plane.tenants ON DELETE CASCADE,
  step text NOT NULL,
  position smallint NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed', 'undone')),
  attempts smallint NOT NULL DEFAULT 0,
  error text,
  started_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, step)
);

CREATE TABLE control_plane.tenant_services (
  tenant_id uuid NOT NULL REFERENCES control_plane.tenants ON DELETE CASCADE,
  type text NOT NULL CHECK (type IN ('auth', 'realtime', 'storage')),
  service_id uuid NOT NULL DEFAULT gen_random_uuid(),
  endpoint text,
  config jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled', 'error')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, type)
);

CREATE TABLE control_plane.api_keys (
  key_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES control_plane.tenants ON DELETE CASCADE,
  name text NOT NULL,
  prefix text NOT NULL,
  key_hash bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
  scopes text[] NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN control_plane.api_keys.key_hash IS 'SHA-256 of the key; the key itself is shown once and not kept';
CREATE INDEX api_keys_by_tenant ON control_plane.api_keys (tenant_id, key_id);

CREATE TABLE control_plane.outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  topic text NOT NULL,
  tenant_id uuid NOT NULL,
  type text NOT NULL,
  data text NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE control_plane.outbox IS 'Events of committed work that Kafka has not acknowledged yet';

GRANT SELECT ON control_plane.tenants, control_plane.tenant_databases TO tenantry_directory;
