ALTER TABLE control_plane.webhook_queues ADD COLUMN generation integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN control_plane.webhook_queues.generation IS
  'Raised when its history of failures is forgotten, so that attempts in flight meanwhile do not write it again';
