-- fails new row for relation "a_orders" violates check constraint "a_orders_code_check" (SQLSTATE 23514, COPY a_orders, line 1)
-- A check that reads a table which pg_dump loads later.
CREATE TABLE z_codes (code text);
INSERT INTO z_codes VALUES ('very-secret');
CREATE FUNCTION known(c text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT EXISTS (SELECT FROM z_codes WHERE code = c)';
CREATE TABLE a_orders (code text CHECK (known(code)));
INSERT INTO a_orders VALUES ('very-secret');
