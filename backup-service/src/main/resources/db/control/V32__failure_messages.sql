-- Why a backup, restore or drill failed, in words: what its job said.
ALTER TABLE backup.backups ADD COLUMN error_message text;
ALTER TABLE backup.restores ADD COLUMN error_message text;
ALTER TABLE backup.drills ADD COLUMN error_message text;
