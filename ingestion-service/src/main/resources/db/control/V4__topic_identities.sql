-- Offsets mean something on one topic of one Kafka cluster only. What is found by offsets bears the identity of its topic;
-- when the topic was replaced by another of its name, rows of the former one are lost, and come back if it does.

CREATE TABLE ingestion.known_topics (
  topic text PRIMARY KEY,
  topic_id text NOT NULL,
  cluster_id text NOT NULL,
  since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ingestion.known_topics IS 'Which topics events are delivered from, by Kafka''s ids';

CREATE TABLE ingestion.topic_backlogs (
  topic_id text NOT NULL,
  cluster_id text NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  tenant_id uuid NOT NULL,
  next_offset bigint NOT NULL,
  reason text NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  lost_at timestamptz,
  PRIMARY KEY (topic_id, cluster_id, partition, tenant_id)
);
COMMENT ON TABLE ingestion.topic_backlogs IS
  'Tenants whose database is not available: their events from next_offset on are yet to be delivered, whatever the group has committed';
COMMENT ON COLUMN ingestion.topic_backlogs.lost_at IS 'When it was noticed that the topic was replaced';
CREATE INDEX topic_backlogs_by_topic ON ingestion.topic_backlogs (topic);
COMMENT ON TABLE ingestion.backlogs IS
  'As former versions write it, without the topic: then the tenant is delivered all that the topic keeps';

ALTER TABLE ingestion.dead_letters
  ADD COLUMN topic text,
  ADD COLUMN topic_id text,
  ADD COLUMN cluster_id text,
  ADD COLUMN lost_reason text CHECK (lost_reason IN ('topic_replaced', 'offset_reused')),
  DROP CONSTRAINT dead_letters_partition_message_offset_key;
COMMENT ON COLUMN ingestion.dead_letters.topic_id IS
  'Kafka''s id of the dead letter topic; null as a former version wrote it: then key and time alone tell the message';
COMMENT ON COLUMN ingestion.dead_letters.lost_reason IS
  'Why its message is gone: its topic was replaced, or its offset is another message''s';
CREATE UNIQUE INDEX dead_letters_once ON ingestion.dead_letters (topic_id, cluster_id, partition, message_offset)
  WHERE lost_reason IS NULL;
CREATE INDEX dead_letters_unlabelled ON ingestion.dead_letters (partition, message_offset) WHERE topic_id IS NULL;

CREATE TABLE ingestion.lost_events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reason text NOT NULL CHECK (reason IN ('retention', 'topic_replaced')),
  tenant_id uuid,
  topic text NOT NULL,
  topic_id text NOT NULL,
  cluster_id text NOT NULL,
  partition integer,
  from_offset bigint,
  to_offset bigint,
  from_time timestamptz,
  to_time timestamptz,
  recorded_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ingestion.lost_events IS 'Where events were gone from the topic before they were delivered';
COMMENT ON COLUMN ingestion.lost_events.tenant_id IS 'Whose events; null for all tenants of the partition';
COMMENT ON COLUMN ingestion.lost_events.partition IS 'Null for all partitions of a topic that was replaced';
COMMENT ON COLUMN ingestion.lost_events.to_offset IS 'The first that is there again; null if that is not known';
CREATE UNIQUE INDEX lost_events_once ON ingestion.lost_events (
  reason, topic_id, cluster_id, coalesce(partition, -1), coalesce(from_offset, -1),
  coalesce(tenant_id, '00000000-0000-0000-0000-000000000000'));
CREATE INDEX lost_events_by_tenant ON ingestion.lost_events (tenant_id, position);
