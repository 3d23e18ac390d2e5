-- with others
-- only database
CREATE PUBLICATION own FOR TABLE settings;
COMMENT ON PUBLICATION own IS 'mine';
