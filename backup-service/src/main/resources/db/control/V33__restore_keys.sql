-- By which the caller of a restore finds it again when the answer was lost, also after the key itself was forgotten.
ALTER TABLE backup.restores ADD COLUMN idempotency_key text;
COMMENT ON COLUMN backup.restores.idempotency_key IS 'The Idempotency-Key of the request';
