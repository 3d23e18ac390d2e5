-- Every entry of the audit log is also published to Kafka. A trigger notes each new one, whichever service and version wrote
-- it; entries from before are not published.

CREATE TABLE control_plane.audit_stream (
  position bigint PRIMARY KEY,
  event_id uuid NOT NULL DEFAULT gen_random_uuid()
);
COMMENT ON TABLE control_plane.audit_stream IS 'Positions of entries of the audit log that Kafka has not acknowledged yet';
COMMENT ON COLUMN control_plane.audit_stream.event_id IS 'The same in every delivery';

CREATE FUNCTION control_plane.stream_audit_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO control_plane.audit_stream (position)
  SELECT position
  FROM entries;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION control_plane.stream_audit_entries FROM PUBLIC;
CREATE TRIGGER stream_entries AFTER INSERT ON control_plane.audit_log
  REFERENCING NEW TABLE AS entries FOR EACH STATEMENT EXECUTE FUNCTION control_plane.stream_audit_entries();
