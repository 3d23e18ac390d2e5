CREATE TABLE ingestion.instances (
  instance_id uuid PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE CHECK (name ~ '^[A-Za-z0-9_-]{1,255}$'),
  tenant_id uuid,
  channel_type text NOT NULL,
  evolution_url text,
  evolution_key_encrypted bytea,
  whatsapp_instance text,
  session_id_prefix text,
  agent_api_url text,
  agent_api_key_encrypted bytea,
  default_agent text,
  agent_timeout integer CHECK (agent_timeout BETWEEN 1 AND 3600),
  webhook_secret_encrypted bytea,
  is_default boolean NOT NULL DEFAULT false,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN ingestion.instances.tenant_id IS 'Null only until the instance made at the first start is given one';
COMMENT ON COLUMN ingestion.instances.agent_timeout IS 'Seconds; null, as in every other such column: as the service is configured';
COMMENT ON COLUMN ingestion.instances.evolution_key_encrypted IS 'AES-256-GCM, as all secrets here, bound to ''instance '' and the id';
CREATE UNIQUE INDEX instances_one_default ON ingestion.instances (is_default) WHERE is_default;
CREATE INDEX instances_by_tenant ON ingestion.instances (tenant_id);

CREATE TABLE ingestion.rate_limits (
  kind text NOT NULL CHECK (kind IN ('tenant', 'instance')),
  subject_id uuid NOT NULL,
  events bigint NOT NULL CHECK (events > 0),
  period_seconds bigint NOT NULL CHECK (period_seconds > 0),
  PRIMARY KEY (kind, subject_id)
);
COMMENT ON TABLE ingestion.rate_limits IS 'Limits that differ from the configured ones';

CREATE TABLE ingestion.backlogs (
  partition integer NOT NULL,
  tenant_id uuid NOT NULL,
  next_offset bigint NOT NULL,
  reason text NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partition, tenant_id)
);
COMMENT ON TABLE ingestion.backlogs IS
  'Tenants whose database is away: their events from next_offset on are yet to be delivered, whatever the group has committed';

CREATE TABLE ingestion.dead_letters (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partition integer NOT NULL,
  message_offset bigint NOT NULL,
  tenant_id uuid,
  event_id text,
  type text,
  reason text NOT NULL,
  error text,
  original_topic text,
  original_partition integer,
  original_offset bigint,
  original_timestamp timestamptz,
  redrives integer NOT NULL,
  status text NOT NULL CHECK (status IN ('waiting', 'redriven', 'parked')),
  dead_at timestamptz NOT NULL,
  UNIQUE (partition, message_offset)
);
COMMENT ON TABLE ingestion.dead_letters IS 'The register of the dead letter topic; the messages themselves are there and not here';
CREATE INDEX dead_letters_by_tenant ON ingestion.dead_letters (tenant_id, position);
CREATE INDEX dead_letters_by_reason ON ingestion.dead_letters (reason, position);
CREATE INDEX dead_letters_by_status ON ingestion.dead_letters (status, position);

CREATE TABLE ingestion.dead_letter_actions (
  action_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  position bigint NOT NULL,
  action text NOT NULL CHECK (action IN ('redriven', 'parked')),
  actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ingestion.dead_letter_actions IS 'What was done with dead letters, by whom';
