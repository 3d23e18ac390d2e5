-- Every awkward thing that PostgreSQL has, in the schema of the search path.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TYPE point3 AS (x float8, y float8, z float8);
CREATE SEQUENCE ticket START 100 INCREMENT 7;
SELECT nextval('ticket'), nextval('ticket');

CREATE TABLE customers (
  customer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  feeling mood,
  score positive,
  place point3,
  tags text[],
  details jsonb,
  picture bytea,
  joined timestamptz,
  ticket bigint DEFAULT nextval('ticket'),
  name_length integer GENERATED ALWAYS AS (length(name)) STORED
);
INSERT INTO customers (name, feeling, score, place, tags, details, picture, joined)
VALUES
  ('Zürich ☃ 🐘 日本', 'happy', 7, (1, 2.5, -3), '{a,"b,c",NULL,"d\"e"}', '{"a": [1, null, "ü"]}', '\x00ff10', '2026-02-03 04:05:06.789+02'),
  (E'tab\tnewline\nbackslash\\ \\. quote'' "', NULL, NULL, NULL, '{}', 'null', '', 'infinity'),
  ('', 'sad', 1, NULL, NULL, NULL, NULL, NULL);
INSERT INTO customers (name) SELECT 'customer ' || i FROM generate_series(1, 500) i;

CREATE TABLE "Quoted "" Täble; DROP" ("Select" integer PRIMARY KEY, "a b" text);
INSERT INTO "Quoted "" Täble; DROP" VALUES (1, 'COPY x FROM stdin;'), (2, '\.'), (3, NULL);
COMMENT ON TABLE "Quoted "" Täble; DROP" IS 'It''s a "comment"';
COMMENT ON COLUMN "Quoted "" Täble; DROP"."a b" IS 'ünïcode';

CREATE TABLE measurements (
  at date NOT NULL,
  value numeric(20, 10)
) PARTITION BY RANGE (at);
CREATE TABLE measurements_2025 PARTITION OF measurements FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE measurements_2026 PARTITION OF measurements FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE measurements_rest PARTITION OF measurements DEFAULT;
INSERT INTO measurements
SELECT date '2024-12-30' + i, i / 7.0 FROM generate_series(0, 900) i;
CREATE INDEX measurements_by_value ON measurements (value DESC NULLS LAST) WHERE value > 3;

CREATE TABLE parents (id integer PRIMARY KEY);
CREATE TABLE children (extra text) INHERITS (parents);
INSERT INTO parents VALUES (1), (2);
INSERT INTO children VALUES (3, 'three');

CREATE TABLE orders (
  order_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  parent_id uuid REFERENCES orders,
  total numeric CHECK (total >= 0),
  during tstzrange,
  EXCLUDE USING gist (during WITH &&)
);
INSERT INTO orders (customer_id, total) SELECT 1 + i % 400, i * 1.5 FROM generate_series(1, 300) i;
SET CONSTRAINTS ALL IMMEDIATE;
CREATE UNIQUE INDEX orders_lower ON orders (lower(order_id::text));
CREATE STATISTICS orders_stats ON customer_id, total FROM orders;

CREATE UNLOGGED TABLE cache (key text, value text);
INSERT INTO cache VALUES ('a', '1');

CREATE VIEW rich AS SELECT c.name, sum(o.total) AS total FROM customers c JOIN orders o USING (customer_id) GROUP BY c.name;
CREATE MATERIALIZED VIEW rich_now AS SELECT * FROM rich WITH DATA;
CREATE UNIQUE INDEX rich_now_name ON rich_now (name);

CREATE TABLE changes (change_id serial PRIMARY KEY, what text);
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
BEGIN
  -- COPY nothing FROM stdin;
  INSERT INTO changes (what) VALUES (TG_OP || ' $$ ' || coalesce(NEW.name, ''));
  RETURN NEW;
END
$body$;
CREATE TRIGGER customers_noted AFTER INSERT OR UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER customers_silent BEFORE DELETE ON customers FOR EACH ROW EXECUTE FUNCTION note_change();
ALTER TABLE customers DISABLE TRIGGER customers_silent;
CREATE RULE no_cache_delete AS ON DELETE TO cache DO INSTEAD NOTHING;
CREATE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x * 2';
CREATE AGGREGATE total_twice(integer) (SFUNC = int4pl, STYPE = integer, FINALFUNC = twice, INITCOND = '0');
CREATE PROCEDURE nothing() LANGUAGE sql AS '';
CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
CREATE COLLATION german (provider = libc, locale = 'C.UTF-8');

ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY cheap ON orders FOR SELECT TO tenantry_app USING (total < 100);
CREATE POLICY own ON orders TO :owner USING (true);

CREATE TABLE secrets (secret text);
INSERT INTO secrets SELECT md5(i::text) FROM generate_series(1, 50) i;
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE secrets FORCE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA :schema TO tenantry_app;
GRANT SELECT (name) ON customers TO :role;
REVOKE DELETE ON changes FROM tenantry_app;
GRANT EXECUTE ON FUNCTION twice(integer) TO :role;
REVOKE EXECUTE ON FUNCTION twice(integer) FROM PUBLIC;
ALTER TABLE customers REPLICA IDENTITY FULL;
ALTER TABLE customers ALTER COLUMN details SET STORAGE EXTERNAL;
ALTER TABLE cache SET (fillfactor = 50);
