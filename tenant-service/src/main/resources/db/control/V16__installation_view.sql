-- The id of this installation, for the services that have to prove what is theirs.
CREATE VIEW control_plane.installation_v1 AS
SELECT installation_id
FROM control_plane.installation;
COMMENT ON VIEW control_plane.installation_v1 IS 'A contract with other services: columns are added, never changed';
GRANT SELECT ON control_plane.installation_v1 TO tenantry_directory;
