-- Webhooks: what happened, which endpoints are notified, and what was delivered.

CREATE TABLE control_plane.webhook_events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  type text NOT NULL,
  tenant_id uuid,
  data text NOT NULL,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  is_queued boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE control_plane.webhook_events IS 'Facts that webhooks report, each once; the payloads of all deliveries are made of them';
COMMENT ON COLUMN control_plane.webhook_events.tenant_id IS
  'No reference: a tenant whose provisioning failed is not in the registry. Null for what concerns no tenant, such as a campaign';
COMMENT ON COLUMN control_plane.webhook_events.is_queued IS 'Whether the deliveries to the endpoints were created';
CREATE INDEX webhook_events_new ON control_plane.webhook_events (position) WHERE NOT is_queued;
CREATE INDEX webhook_events_by_age ON control_plane.webhook_events (recorded_at);
CREATE INDEX webhook_events_by_tenant ON control_plane.webhook_events (tenant_id) WHERE tenant_id IS NOT NULL;

CREATE TABLE control_plane.webhook_endpoints (
  endpoint_id uuid PRIMARY KEY,
  tenant_id uuid REFERENCES control_plane.tenants ON DELETE CASCADE,
  url text NOT NULL,
  description text NOT NULL,
  event_types text[],
  only_tenants uuid[],
  ordered boolean NOT NULL,
  rate_limit integer CHECK (rate_limit > 0),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'disabled', 'deleted')),
  disabled_reason text,
  algorithm text NOT NULL CHECK (algorithm IN ('hmac-sha256', 'ed25519')),
  public_key text,
  header_names text[] NOT NULL,
  secrets_encrypted bytea,
  encryption_key_id integer REFERENCES control_plane.encryption_keys,
  secrets_expire_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((secrets_encrypted IS NULL) = (encryption_key_id IS NULL)),
  CHECK (secrets_encrypted IS NOT NULL OR status = 'deleted'),
  CHECK (tenant_id IS NULL OR only_tenants IS NULL)
);
COMMENT ON COLUMN control_plane.webhook_endpoints.tenant_id IS 'The owner; null for an endpoint of the operator, which may receive events of all tenants';
COMMENT ON COLUMN control_plane.webhook_endpoints.event_types IS 'Null for all types';
COMMENT ON COLUMN control_plane.webhook_endpoints.only_tenants IS 'Null for all tenants';
COMMENT ON COLUMN control_plane.webhook_endpoints.rate_limit IS 'Requests a second; null for no limit';
COMMENT ON COLUMN control_plane.webhook_endpoints.status IS
  'deleted: its secrets are gone, and its log is being removed; no API shows it';
COMMENT ON COLUMN control_plane.webhook_endpoints.secrets_encrypted IS
  'Signing secrets and the values of custom headers, as JSON; AES-256-GCM, bound to the endpoint''s id';
COMMENT ON COLUMN control_plane.webhook_endpoints.secrets_expire_at IS 'When the first of the previous signing secrets expires';
CREATE INDEX webhook_endpoints_by_owner ON control_plane.webhook_endpoints (tenant_id, endpoint_id);
CREATE INDEX webhook_endpoints_by_key ON control_plane.webhook_endpoints (encryption_key_id);

CREATE TABLE control_plane.webhook_queues (
  endpoint_id uuid PRIMARY KEY REFERENCES control_plane.webhook_endpoints ON DELETE CASCADE,
  next_at timestamptz,
  not_before timestamptz,
  lease_owner uuid,
  lease_expires_at timestamptz,
  failures integer NOT NULL DEFAULT 0,
  failing_since timestamptz,
  last_failure_at timestamptz,
  slowdowns integer NOT NULL DEFAULT 0,
  CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL))
) WITH (fillfactor = 70);
COMMENT ON TABLE control_plane.webhook_queues IS 'One queue for each endpoint; one replica at a time works on it, by a lease';
COMMENT ON COLUMN control_plane.webhook_queues.next_at IS 'When its next delivery is due; null if none is pending';
COMMENT ON COLUMN control_plane.webhook_queues.not_before IS 'The receiver asked for a pause until then, or answers that it is overloaded';
COMMENT ON COLUMN control_plane.webhook_queues.failures IS 'Failed attempts since the last successful one';
CREATE INDEX webhook_queues_due ON control_plane.webhook_queues (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE control_plane.webhook_deliveries (
  event_position bigint NOT NULL REFERENCES control_plane.webhook_events ON DELETE CASCADE,
  endpoint_id uuid NOT NULL REFERENCES control_plane.webhook_endpoints ON DELETE CASCADE,
  delivery_id uuid NOT NULL UNIQUE,
  tenant_id uuid,
  type text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  step integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  last_code integer,
  last_error text,
  PRIMARY KEY (event_position, endpoint_id)
);
COMMENT ON COLUMN control_plane.webhook_deliveries.delivery_id IS
  'Computed from the event''s and the endpoint''s id, so that a fact has one message for each endpoint, however often it is queued';
COMMENT ON COLUMN control_plane.webhook_deliveries.step IS 'Failed attempts since it was queued or last resent: the row of the retry schedule';
CREATE INDEX webhook_deliveries_by_endpoint ON control_plane.webhook_deliveries (endpoint_id, event_position);
CREATE INDEX webhook_deliveries_due ON control_plane.webhook_deliveries (endpoint_id, due_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_in_order ON control_plane.webhook_deliveries (endpoint_id, tenant_id, event_position) WHERE status = 'pending';

CREATE TABLE control_plane.webhook_attempts (
  delivery_id uuid NOT NULL REFERENCES control_plane.webhook_deliveries (delivery_id) ON DELETE CASCADE,
  attempt integer NOT NULL,
  attempted_at timestamptz NOT NULL,
  latency_ms integer NOT NULL,
  code integer,
  error text,
  response text,
  PRIMARY KEY (delivery_id, attempt)
);
COMMENT ON COLUMN control_plane.webhook_attempts.code IS 'The HTTP status; null if there was no response';
COMMENT ON COLUMN control_plane.webhook_attempts.response IS 'The start of the response''s body; null for receivers on private addresses';

CREATE TABLE control_plane.portal_links (
  link_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES control_plane.tenants ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  parent_origin text,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE control_plane.portal_links IS 'Short-lived access to the webhooks of one tenant';
COMMENT ON COLUMN control_plane.portal_links.token_hash IS 'SHA-256 of the token; the token itself is shown once and not kept';
CREATE INDEX portal_links_by_expiry ON control_plane.portal_links (expires_at);
CREATE INDEX portal_links_by_tenant ON control_plane.portal_links (tenant_id);

-- The token of a portal link is checked like a key; its scope grants nothing but the webhooks of its tenant.
CREATE OR REPLACE VIEW control_plane.api_keys_v1 AS
SELECT key_id, tenant_id, key_hash, scopes, expires_at, revoked_at, tenants.status AS tenant_status
FROM control_plane.api_keys
JOIN control_plane.tenants USING (tenant_id)
UNION ALL
SELECT link_id, tenant_id, token_hash, ARRAY['portal'], expires_at, NULL, tenants.status
FROM control_plane.portal_links
JOIN control_plane.tenants USING (tenant_id);
