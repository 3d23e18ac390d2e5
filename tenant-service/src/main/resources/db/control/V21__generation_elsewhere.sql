-- Not only clusters remember the generation that they have seen, but the stores of backups, too: backup-service compares theirs.

ALTER TABLE control_plane.installation
  ADD COLUMN seen_generation bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN control_plane.installation.seen_generation IS
  'The highest generation that was found elsewhere; recovery ends with one above it';

CREATE OR REPLACE VIEW control_plane.recovery_v1 AS
  SELECT recovery_since, recovery_reason, recovered_at, generation FROM control_plane.installation;

CREATE FUNCTION control_plane.report_generation(place text, seen bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  since timestamptz;
BEGIN
  UPDATE control_plane.installation
  SET seen_generation = greatest(seen_generation, seen),
    recovery_reason = CASE
      WHEN recovery_since IS NOT NULL THEN recovery_reason
      ELSE format('%s has seen generation %s, and the control database is at %s: it was restored from a backup.', place, seen, generation)
    END,
    recovery_since = coalesce(recovery_since, now())
  WHERE generation < seen
  RETURNING recovery_since INTO since;
  RETURN coalesce(since = now(), false);
END
$$;
COMMENT ON FUNCTION control_plane.report_generation(text, bigint) IS
  'Starts recovery mode if something has seen a higher generation than the control database is at; true if it was started now';
REVOKE EXECUTE ON FUNCTION control_plane.report_generation(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION control_plane.report_generation(text, bigint) TO tenantry_directory;
