-- What each replica has captured and delivered for each tenant and hour.
CREATE TABLE ingestion.usage_counts (
  tenant_id uuid NOT NULL,
  hour timestamptz NOT NULL,
  replica uuid NOT NULL,
  events_captured bigint NOT NULL,
  bytes_captured bigint NOT NULL,
  events_delivered bigint NOT NULL,
  bytes_delivered bigint NOT NULL,
  PRIMARY KEY (hour, tenant_id, replica)
);
COMMENT ON TABLE ingestion.usage_counts IS
  'Each replica, from its start to its end, writes rows of its own with its total so far, so that a repeated write changes nothing';

CREATE VIEW ingestion.usage_v1 AS
SELECT tenant_id, hour, sum(events_captured)::bigint AS events_captured, sum(bytes_captured)::bigint AS bytes_captured,
  sum(events_delivered)::bigint AS events_delivered, sum(bytes_delivered)::bigint AS bytes_delivered
FROM ingestion.usage_counts
GROUP BY tenant_id, hour;
COMMENT ON VIEW ingestion.usage_v1 IS 'Read by tenant-service, for the usage of tenants; only hours with events have a row';

GRANT USAGE ON SCHEMA ingestion TO tenant_service;
GRANT SELECT ON ingestion.usage_v1 TO tenant_service;
COMMENT ON SCHEMA ingestion IS 'Owned, migrated and written by ingestion-service; tenant-service reads usage_v1';
