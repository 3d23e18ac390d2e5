-- with others
-- only schema
-- as superuser
-- warns does not contain its publications
DO $$ BEGIN EXECUTE format('CREATE PUBLICATION %I FOR TABLE settings', 'p_' || current_schema()); END $$;
