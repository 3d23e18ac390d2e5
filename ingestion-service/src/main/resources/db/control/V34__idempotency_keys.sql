-- Answers to requests with an Idempotency-Key, as tenant-service keeps them (control_plane.idempotency_keys).
CREATE TABLE ingestion.idempotency_keys (
  caller text NOT NULL,
  idempotency_key text NOT NULL,
  request_digest bytea NOT NULL,
  locked_until timestamptz,
  status integer,
  location text,
  body_encrypted bytea,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (caller, idempotency_key),
  CHECK ((status IS NULL) <> (locked_until IS NULL))
);
COMMENT ON TABLE ingestion.idempotency_keys IS
  'Answers to writes with an Idempotency-Key, to repeat them; no answer yet while locked';
CREATE INDEX idempotency_keys_by_expiry ON ingestion.idempotency_keys (expires_at);
