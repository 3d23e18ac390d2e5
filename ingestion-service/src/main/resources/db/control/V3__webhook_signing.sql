-- How an instance's messages are signed.

ALTER TABLE ingestion.instances
  ADD COLUMN webhook_signing text NOT NULL DEFAULT 'body' CHECK (webhook_signing IN ('body', 'standard'));
COMMENT ON COLUMN ingestion.instances.webhook_signing IS
  'body: X-Hub-Signature-256, or the secret itself; standard: Standard Webhooks, over id, timestamp and body';
