-- Where ingestion-service delivers the tenant's events, each once: a repeated delivery meets the unique constraint.
CREATE TABLE inbox_events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  subject text,
  occurred_at timestamptz,
  received_at timestamptz NOT NULL,
  delivered_at timestamptz NOT NULL DEFAULT now(),
  attributes jsonb NOT NULL DEFAULT '{}',
  content_type text NOT NULL,
  data jsonb,
  raw_data bytea,
  CONSTRAINT inbox_events_once UNIQUE (source, event_id),
  CHECK (data IS NULL OR raw_data IS NULL)
);
COMMENT ON COLUMN inbox_events.position IS 'The order in which the tenant''s events were accepted; gaps mean nothing';
COMMENT ON COLUMN inbox_events.occurred_at IS 'When it happened, as its sender says; null if that one does not';
COMMENT ON COLUMN inbox_events.received_at IS 'When it was accepted';
COMMENT ON COLUMN inbox_events.attributes IS 'Further CloudEvents attributes, by name';
COMMENT ON COLUMN inbox_events.data IS 'The data, where it is JSON';
COMMENT ON COLUMN inbox_events.raw_data IS 'The data, byte for byte, where it is not';
CREATE INDEX inbox_events_by_type ON inbox_events (type, position);
