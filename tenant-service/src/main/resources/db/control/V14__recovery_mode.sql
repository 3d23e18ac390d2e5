-- A control database that was restored from a backup knows less than its clusters. The generation tells: it is raised regularly here and on
-- every cluster, and one that is lower than a cluster's belongs to an older copy.

ALTER TABLE control_plane.installation
  ADD COLUMN generation bigint NOT NULL DEFAULT 0,
  ADD COLUMN recovery_since timestamptz,
  ADD COLUMN recovery_reason text,
  ADD COLUMN recovered_at timestamptz;
COMMENT ON COLUMN control_plane.installation.recovery_since IS
  'While it is set nothing is claimed, dropped or deleted, until recovery has compared the registry with the clusters';
COMMENT ON COLUMN control_plane.installation.recovered_at IS
  'When recovery ended last; jobs from before are cancelled, for they may have been done already';

CREATE VIEW control_plane.recovery_v1 AS
  SELECT recovery_since, recovery_reason, recovered_at FROM control_plane.installation;
GRANT SELECT ON control_plane.recovery_v1 TO tenantry_directory;
