-- fails code in the database raised an error
CREATE TABLE z_codes (code text);
INSERT INTO z_codes VALUES ('very-secret');
CREATE FUNCTION known(c text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
  'BEGIN IF NOT EXISTS (SELECT FROM z_codes WHERE code = c) THEN RAISE EXCEPTION ''very-secret %'', c; END IF; RETURN true; END';
CREATE TABLE a_orders (code text CHECK (known(code)));
INSERT INTO a_orders VALUES ('very-secret');
