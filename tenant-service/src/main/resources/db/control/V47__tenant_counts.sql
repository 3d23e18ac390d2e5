-- The number of tenants by what they are counted by, kept by triggers: it is read without reading the tenants.

CREATE TABLE control_plane.tenant_count_changes (
  change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  status text NOT NULL,
  environment text NOT NULL,
  blueprint text NOT NULL,
  blueprint_version text NOT NULL,
  tenants bigint NOT NULL
);
COMMENT ON TABLE control_plane.tenant_count_changes IS
  'The sum of tenants is the number of rows of control_plane.tenants with these values. Each transaction adds rows, so that none waits for another; control_plane.count_tenants replaces them';

CREATE FUNCTION control_plane.note_tenant_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO control_plane.tenant_count_changes (status, environment, blueprint, blueprint_version, tenants)
    SELECT status, environment, blueprint, blueprint_version, count(*)
    FROM after_change
    GROUP BY 1, 2, 3, 4;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO control_plane.tenant_count_changes (status, environment, blueprint, blueprint_version, tenants)
    SELECT status, environment, blueprint, blueprint_version, -count(*)
    FROM before_change
    GROUP BY 1, 2, 3, 4;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO control_plane.tenant_count_changes (status, environment, blueprint, blueprint_version, tenants)
    SELECT status, environment, blueprint, blueprint_version, sum(tenants)
    FROM (
      SELECT status, environment, blueprint, blueprint_version, 1 AS tenants FROM after_change
      UNION ALL
      SELECT status, environment, blueprint, blueprint_version, -1 FROM before_change
    ) AS changes
    GROUP BY 1, 2, 3, 4
    HAVING sum(tenants) <> 0;
  ELSE
    DELETE FROM control_plane.tenant_count_changes;
  END IF;
  RETURN NULL;
END
$$;

-- A trigger's creation locks the table, so that no tenant is changed until the end of this migration's transaction.
CREATE TRIGGER note_added AFTER INSERT ON control_plane.tenants
  REFERENCING NEW TABLE AS after_change FOR EACH STATEMENT EXECUTE FUNCTION control_plane.note_tenant_counts();
CREATE TRIGGER note_changed AFTER UPDATE ON control_plane.tenants
  REFERENCING OLD TABLE AS before_change NEW TABLE AS after_change
  FOR EACH STATEMENT EXECUTE FUNCTION control_plane.note_tenant_counts();
CREATE TRIGGER note_removed AFTER DELETE ON control_plane.tenants
  REFERENCING OLD TABLE AS before_change FOR EACH STATEMENT EXECUTE FUNCTION control_plane.note_tenant_counts();
CREATE TRIGGER note_emptied AFTER TRUNCATE ON control_plane.tenants
  FOR EACH STATEMENT EXECUTE FUNCTION control_plane.note_tenant_counts();

CREATE FUNCTION control_plane.count_tenants() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- One at a time, each with a snapshot from after the previous one.
  PERFORM pg_advisory_xact_lock(hashtext('tenant counts'));
  -- In one statement, and so of one snapshot: what is committed later is neither counted nor removed.
  WITH replaced AS (
    DELETE FROM control_plane.tenant_count_changes
  )
  INSERT INTO control_plane.tenant_count_changes (status, environment, blueprint, blueprint_version, tenants)
  SELECT status, environment, blueprint, blueprint_version, count(*)
  FROM control_plane.tenants
  GROUP BY 1, 2, 3, 4;
END
$$;
COMMENT ON FUNCTION control_plane.count_tenants IS 'Replaces the noted changes by counts of the tenants';
REVOKE EXECUTE ON FUNCTION control_plane.count_tenants FROM PUBLIC;
SELECT control_plane.count_tenants();

CREATE VIEW control_plane.tenant_counts_v1 AS
SELECT blueprint, blueprint_version, status IN ('active', 'suspended') AS is_live, sum(tenants)::bigint AS tenants
FROM control_plane.tenant_count_changes
GROUP BY 1, 2, 3;
COMMENT ON VIEW control_plane.tenant_counts_v1 IS 'How many rows tenants_v1 has, without reading them; for backup-service alone';
GRANT SELECT ON control_plane.tenant_counts_v1 TO backup_service;
