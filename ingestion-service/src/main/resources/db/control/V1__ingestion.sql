-- What ingestion-service keeps between its starts lies in this schema. It needs no table yet; this says whose the schema
-- is, and shows at every start that the service's own role may change it.
COMMENT ON SCHEMA ingestion IS 'Owned, migrated and written by ingestion-service; no other service reads it';
