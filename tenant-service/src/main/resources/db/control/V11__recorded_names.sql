CREATE TABLE control_plane.recorded_names (
  name text PRIMARY KEY
);
COMMENT ON TABLE control_plane.recorded_names IS
  'Every database, schema and role that ever was to be made, kept for good. An orphan that is not here was made by a control database of which this one is an older copy: it may be all there is of a tenant, and is not removed by itself';

CREATE FUNCTION control_plane.record_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO control_plane.recorded_names (name)
  SELECT name
  FROM unnest(ARRAY[NEW.database_name, NEW.schema_name, NEW.role_name, NEW.role_name || '_b']) AS names (name)
  WHERE name IS NOT NULL
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER record_names AFTER INSERT ON control_plane.tenant_databases FOR EACH ROW EXECUTE FUNCTION control_plane.record_names();
CREATE TRIGGER record_names AFTER INSERT ON control_plane.pool_entries FOR EACH ROW EXECUTE FUNCTION control_plane.record_names();

INSERT INTO control_plane.recorded_names (name)
SELECT DISTINCT name
FROM (
  SELECT database_name, schema_name, role_name FROM control_plane.tenant_databases
  UNION ALL
  SELECT database_name, schema_name, role_name FROM control_plane.pool_entries
) AS made
CROSS JOIN LATERAL unnest(ARRAY[database_name, schema_name, role_name, role_name || '_b']) AS names (name)
WHERE name IS NOT NULL;
