-- Words of names and addresses, together with what a search is narrowed by.
CREATE INDEX resellers_search ON resellers USING gin (to_tsvector('simple', name || ' ' || contact_email::text)) WHERE deleted_at IS NULL;
CREATE INDEX developers_search ON developers USING gin (to_tsvector('simple', name || ' ' || email::text || ' ' || coalesce(company, ''))) WHERE deleted_at IS NULL;
CREATE INDEX merchants_search ON merchants USING gin (status, to_tsvector('simple', legal_name || ' ' || coalesce(trading_name, '') || ' ' || contact_email::text)) WHERE deleted_at IS NULL;
CREATE INDEX stores_search ON stores USING gin (merchant_id, to_tsvector('simple', name || ' ' || coalesce(address, '') || ' ' || coalesce(city, ''))) WHERE deleted_at IS NULL;
CREATE INDEX customers_search ON customers USING gin (merchant_id, to_tsvector('simple', coalesce(full_name, '') || ' ' || coalesce(email::text, '') || ' ' || coalesce(external_reference, ''))) WHERE deleted_at IS NULL;
