-- with others
-- only database
-- as superuser
-- warns does not contain subscriptions: own_subscription
-- differs
CREATE SUBSCRIPTION own_subscription CONNECTION 'host=nowhere password=none' PUBLICATION p WITH (connect = false, slot_name = NONE);
