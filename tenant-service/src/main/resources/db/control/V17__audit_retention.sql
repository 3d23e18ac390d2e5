-- Rows of the audit log have a retention. They are deleted by one function alone, the oldest first, a limited number at a
-- time; a row of the last 30 days cannot be deleted by any statement.

CREATE OR REPLACE FUNCTION control_plane.refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('tenantry.audit_expiry', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION control_plane.refuse_deletion_of_young_audit_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.occurred_at > now() - interval '30 days' THEN
    RAISE EXCEPTION 'the audit log is append-only: rows of the last 30 days cannot be deleted'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END
$$;
CREATE TRIGGER keep_young_rows BEFORE DELETE ON control_plane.audit_log
  FOR EACH ROW EXECUTE FUNCTION control_plane.refuse_deletion_of_young_audit_rows();

CREATE FUNCTION control_plane.expire_audit_log(before timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  deleted integer;
BEGIN
  IF before > now() - interval '30 days' THEN
    RAISE EXCEPTION 'rows of the last 30 days are not deleted' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- One replica at a time; positions follow the time, so that only the oldest are looked at.
  IF NOT pg_try_advisory_xact_lock(hashtext('audit retention')) THEN
    RETURN 0;
  END IF;
  PERFORM set_config('tenantry.audit_expiry', 'on', true);
  DELETE FROM control_plane.audit_log
  WHERE position IN (
    SELECT position
    FROM (SELECT position, occurred_at FROM control_plane.audit_log ORDER BY position LIMIT most) AS oldest
    WHERE occurred_at < before
  );
  GET DIAGNOSTICS deleted = ROW_COUNT;
  PERFORM set_config('tenantry.audit_expiry', 'off', true);
  RETURN deleted;
END
$$;
COMMENT ON FUNCTION control_plane.expire_audit_log IS
  'Deletes those of the oldest rows that are older than a time, and returns how many: the only way to delete any';
REVOKE EXECUTE ON FUNCTION control_plane.expire_audit_log FROM PUBLIC;
COMMENT ON TABLE control_plane.audit_log IS
  'Every admin action and every refused use of a key; rows are only added, and deleted after their retention';
