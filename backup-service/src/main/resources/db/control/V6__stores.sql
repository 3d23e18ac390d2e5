-- Whose each store is, and files that no backup here has.
CREATE TABLE backup.stores (
  location text PRIMARY KEY,
  store_id uuid NOT NULL,
  marked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE backup.stores IS
  'The folders and buckets this installation uses, with the id in the marker object of each, tenantry-store.json';
COMMENT ON COLUMN backup.stores.marked_at IS
  'Since when the marker is expected there; null until it was written and read once';

ALTER TABLE backup.backups ADD COLUMN store_id uuid;
COMMENT ON COLUMN backup.backups.store_id IS
  'The id in the marker of the store it was written to: under the name of the store there may be another one now';

CREATE TABLE backup.orphan_files (
  store text NOT NULL,
  object_key text NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (store, object_key)
);
COMMENT ON TABLE backup.orphan_files IS
  'Files that are named as backups, are none of this installation, and were seen by runs of the retention: they are removed only after a while';
