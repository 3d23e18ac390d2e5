-- What the certificate of a cluster's server is checked against, and where its tenants' connection strings lead.
ALTER TABLE control_plane.clusters
  ADD COLUMN ssl_root_certificate text,
  ADD COLUMN access_version integer NOT NULL DEFAULT 1,
  -- Not of rows from before: those that demand a check without certificates never worked, and are mended by the next change.
  ADD CONSTRAINT clusters_ssl_root_certificate
    CHECK ((ssl_mode IN ('verify-ca', 'verify-full')) = (ssl_root_certificate IS NOT NULL)) NOT VALID;
COMMENT ON COLUMN control_plane.clusters.ssl_root_certificate IS 'In PEM; for verify-ca and verify-full, and for those alone';
COMMENT ON COLUMN control_plane.clusters.access_version IS
  'Rises with every change of host, port, ssl_mode or ssl_root_certificate; connection strings of another version are brought up to date';

ALTER TABLE control_plane.tenant_databases ADD COLUMN access_version integer DEFAULT 1;
-- Those to come are compared with their cluster once, in case it changed while they were made.
ALTER TABLE control_plane.tenant_databases ALTER COLUMN access_version DROP DEFAULT;
COMMENT ON COLUMN control_plane.tenant_databases.access_version IS
  'Of the cluster when host, port and connection string were last brought up to date; null if they never were';
