-- with others
-- only schema
-- as superuser
-- warns does not hold what is published of it
DO $$ BEGIN EXECUTE format('CREATE PUBLICATION %I FOR TABLE settings', 'p_' || current_schema()); END $$;
