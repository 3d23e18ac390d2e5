-- with others
-- Names of tables and sequences, and of a text search configuration, in functions.
CREATE TABLE a_rates (rate int);
INSERT INTO a_rates VALUES (7);
CREATE SEQUENCE numbers;
CREATE TEXT SEARCH CONFIGURATION mine (COPY = simple);
CREATE FUNCTION rate() RETURNS int LANGUAGE sql STABLE AS 'SELECT max(rate) FROM a_rates';
CREATE FUNCTION number() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN nextval(''numbers''); END';
CREATE FUNCTION words(t text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS 'SELECT to_tsvector(''mine'', t)';
CREATE TABLE b_prices (
  price int CHECK (price < 100 * rate()),
  number bigint DEFAULT number(),
  name text,
  words tsvector GENERATED ALWAYS AS (words(name)) STORED
);
INSERT INTO b_prices (price, name) VALUES (1, 'the red car'), (2, NULL);
CREATE INDEX b_prices_words ON b_prices USING gin (words(name));
