-- A message becomes a dead letter once, however often it is read: the decision is here before the dead letter is written.

CREATE TABLE ingestion.dead_letter_decisions (
  topic_id text NOT NULL,
  cluster_id text NOT NULL,
  partition integer NOT NULL,
  message_offset bigint NOT NULL,
  reason text NOT NULL,
  cause text NOT NULL,
  decided_at timestamptz NOT NULL,
  written_at timestamptz,
  PRIMARY KEY (topic_id, cluster_id, partition, message_offset)
);
COMMENT ON TABLE ingestion.dead_letter_decisions IS
  'Which messages of a topic of events are dead letters, and why; kept as long as the topic keeps the messages';
COMMENT ON COLUMN ingestion.dead_letter_decisions.decided_at IS 'The dead letter''s time on its topic';
COMMENT ON COLUMN ingestion.dead_letter_decisions.written_at IS
  'When the dead letter topic was known to have it; null: it may have it, and is searched before it is written';
CREATE INDEX dead_letter_decisions_by_time ON ingestion.dead_letter_decisions (decided_at);
