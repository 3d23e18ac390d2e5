-- A portal link ends with the API key that created it.

ALTER TABLE control_plane.portal_links
  ADD COLUMN key_id uuid REFERENCES control_plane.api_keys ON DELETE CASCADE;
COMMENT ON COLUMN control_plane.portal_links.key_id IS
  'The API key that created it, which it does not outlive; null for one of an operator';
CREATE INDEX portal_links_by_key ON control_plane.portal_links (key_id) WHERE key_id IS NOT NULL;

-- Scopes of keys are free text: those that were called portal before links existed are not links.
CREATE OR REPLACE VIEW control_plane.api_keys_v1 AS
SELECT key_id, tenant_id, key_hash, array_remove(scopes, 'portal') AS scopes, expires_at, revoked_at, tenants.status AS tenant_status
FROM control_plane.api_keys
JOIN control_plane.tenants USING (tenant_id)
UNION ALL
SELECT link_id, link.tenant_id, token_hash, ARRAY['portal'], least(link.expires_at, key.expires_at), key.revoked_at, tenants.status
FROM control_plane.portal_links AS link
JOIN control_plane.tenants USING (tenant_id)
LEFT JOIN control_plane.api_keys AS key ON key.key_id = link.key_id;
