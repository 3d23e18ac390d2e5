-- What a cluster is known by beside its name and address: the same server under two names, or another server under the same address, is told by it.

CREATE TABLE control_plane.cluster_identities (
  cluster text PRIMARY KEY REFERENCES control_plane.clusters ON DELETE CASCADE,
  system_identifier bigint NOT NULL CONSTRAINT cluster_identities_server UNIQUE,
  role_secret_encrypted bytea NOT NULL,
  encryption_key_id integer NOT NULL REFERENCES control_plane.encryption_keys
);
COMMENT ON TABLE control_plane.cluster_identities IS
  'Written by tenant-service when it has looked at the server; a cluster without a row is not used';
COMMENT ON COLUMN control_plane.cluster_identities.system_identifier IS 'pg_control_system(): given at initdb, shared with standbys';
COMMENT ON COLUMN control_plane.cluster_identities.role_secret_encrypted IS
  'AES-256-GCM, bound to ''cluster roles '' and the name: the passwords of Tenantry''s roles on the server are derived from it';
GRANT SELECT ON control_plane.cluster_identities TO tenantry_directory;
