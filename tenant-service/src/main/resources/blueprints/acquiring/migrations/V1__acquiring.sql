-- Lookup tables.
CREATE TABLE currencies (
  code char(3) PRIMARY KEY CHECK (code ~ '^[A-Z]{3}$'),
  name text NOT NULL,
  minor_units smallint NOT NULL DEFAULT 2 CHECK (minor_units BETWEEN 0 AND 4)
);
INSERT INTO currencies (code, name, minor_units)
VALUES
  ('AUD', 'Australian dollar', 2),
  ('BRL', 'Brazilian real', 2),
  ('CAD', 'Canadian dollar', 2),
  ('CHF', 'Swiss franc', 2),
  ('EUR', 'Euro', 2),
  ('GBP', 'Pound sterling', 2),
  ('INR', 'Indian rupee', 2),
  ('JPY', 'Yen', 0),
  ('SGD', 'Singapore dollar', 2),
  ('USD', 'US dollar', 2);

CREATE TABLE card_networks (
  code text PRIMARY KEY,
  name text NOT NULL
);
INSERT INTO card_networks (code, name)
VALUES
  ('amex', 'American Express'),
  ('diners', 'Diners Club'),
  ('discover', 'Discover'),
  ('jcb', 'JCB'),
  ('mastercard', 'Mastercard'),
  ('unionpay', 'UnionPay'),
  ('visa', 'Visa');

-- Merchant category codes are those of ISO 18245.
CREATE TABLE merchant_categories (
  code char(4) PRIMARY KEY CHECK (code ~ '^[0-9]{4}$'),
  name text NOT NULL,
  is_high_risk boolean NOT NULL DEFAULT false
);
INSERT INTO merchant_categories (code, name, is_high_risk)
VALUES
  ('4121', 'Taxicabs and limousines', false),
  ('4812', 'Telecommunication equipment', false),
  ('5045', 'Computers and peripheral equipment', false),
  ('5411', 'Grocery stores and supermarkets', false),
  ('5541', 'Service stations', false),
  ('5651', 'Family clothing stores', false),
  ('5734', 'Computer software stores', false),
  ('5812', 'Eating places and restaurants', false),
  ('5814', 'Fast food restaurants', false),
  ('5912', 'Drug stores and pharmacies', false),
  ('5999', 'Miscellaneous and specialty retail stores', false),
  ('7011', 'Lodging', false),
  ('7995', 'Betting and casino gaming', true);

CREATE TABLE merchant_statuses (
  code text PRIMARY KEY,
  name text NOT NULL,
  may_process boolean NOT NULL
);
INSERT INTO merchant_statuses (code, name, may_process)
VALUES
  ('applied', 'Application received', false),
  ('in_review', 'Under review', false),
  ('active', 'Active', true),
  ('suspended', 'Suspended', false),
  ('closed', 'Closed', false);

CREATE TABLE transaction_statuses (
  code text PRIMARY KEY,
  name text NOT NULL,
  is_final boolean NOT NULL
);
INSERT INTO transaction_statuses (code, name, is_final)
VALUES
  ('authorized', 'Authorized', false),
  ('captured', 'Captured', false),
  ('settled', 'Settled', true),
  ('declined', 'Declined', true),
  ('refunded', 'Refunded', true),
  ('charged_back', 'Charged back', true);

-- Who sells, who builds, who pays.
CREATE TABLE resellers (
  reseller_id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  name text NOT NULL,
  contact_email citext NOT NULL,
  commission_basis_points integer NOT NULL DEFAULT 0
    CHECK (commission_basis_points BETWEEN 0 AND 10000),
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (contact_email)
);

CREATE TABLE developers (
  developer_id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  name text NOT NULL,
  email citext NOT NULL UNIQUE,
  company text,
  webhook_url text,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE merchants (
  merchant_id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  reseller_id uuid REFERENCES resellers,
  developer_id uuid REFERENCES developers,
  legal_name text NOT NULL,
  trading_name text,
  contact_email citext NOT NULL,
  tax_id text,
  country char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  category char(4) NOT NULL REFERENCES merchant_categories,
  status text NOT NULL DEFAULT 'applied' REFERENCES merchant_statuses,
  settlement_currency char(3) NOT NULL REFERENCES currencies,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (country, tax_id)
);
CREATE INDEX merchants_by_reseller ON merchants (reseller_id);
CREATE INDEX merchants_by_developer ON merchants (developer_id);
CREATE INDEX merchants_by_status ON merchants (status, created_at);

CREATE TABLE stores (
  store_id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  merchant_id uuid NOT NULL REFERENCES merchants,
  name text NOT NULL,
  address text,
  city text,
  postal_code text,
  country char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  latitude numeric(9, 6) CHECK (latitude BETWEEN -90 AND 90),
  longitude numeric(9, 6) CHECK (longitude BETWEEN -180 AND 180),
  time_zone text NOT NULL DEFAULT 'UTC',
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((latitude IS NULL) = (longitude IS NULL)),
  UNIQUE (merchant_id, name)
);

-- A merchant id at an acquirer. One acquirer knows a number once at a time, whoever has it.
CREATE TABLE mids (
  mid_id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  merchant_id uuid NOT NULL REFERENCES merchants,
  store_id uuid REFERENCES stores,
  acquirer text NOT NULL,
  mid text NOT NULL,
  card_network text REFERENCES card_networks,
  currency char(3) NOT NULL REFERENCES currencies,
  valid tstzrange NOT NULL DEFAULT tstzrange(now(), NULL),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  EXCLUDE USING gist (acquirer WITH =, mid WITH =, valid WITH &&)
);
CREATE INDEX mids_by_merchant ON mids (merchant_id);
CREATE INDEX mids_by_store ON mids (store_id);

CREATE TABLE customers (
  customer_id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
  merchant_id uuid NOT NULL REFERENCES merchants,
  external_reference text,
  full_name text,
  email citext,
  email_sha256 bytea GENERATED ALWAYS AS (digest(lower(email::text), 'sha256')) STORED,
  phone text,
  country char(2) CHECK (country ~ '^[A-Z]{2}$'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (merchant_id, external_reference)
);
CREATE INDEX customers_by_email ON customers (merchant_id, email);
CREATE INDEX customers_by_email_hash ON customers (email_sha256);

-- A hypertable where TimescaleDB is; elsewhere partitioned by time, with one partition to begin with.
DO $$
DECLARE
  timescale boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb');
BEGIN
  EXECUTE
    'CREATE TABLE transaction_metrics (
       bucket timestamptz NOT NULL,
       merchant_id uuid NOT NULL,
       mid_id uuid NOT NULL,
       currency char(3) NOT NULL,
       status text NOT NULL,
       transactions bigint NOT NULL DEFAULT 0 CHECK (transactions >= 0),
       amount_minor bigint NOT NULL DEFAULT 0,
       fees_minor bigint NOT NULL DEFAULT 0,
       PRIMARY KEY (bucket, merchant_id, mid_id, currency, status)
     )' || CASE WHEN timescale THEN '' ELSE ' PARTITION BY RANGE (bucket)' END;
  IF timescale THEN
    PERFORM create_hypertable('transaction_metrics', 'bucket');
  ELSE
    CREATE TABLE transaction_metrics_default PARTITION OF transaction_metrics DEFAULT;
  END IF;
END
$$;
CREATE INDEX transaction_metrics_by_merchant ON transaction_metrics (merchant_id, bucket);

-- What only some servers have.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'postgis') THEN
    EXECUTE
      'ALTER TABLE stores ADD COLUMN location geography(Point, 4326)
         GENERATED ALWAYS AS (
           ST_SetSRID(ST_MakePoint(longitude::float8, latitude::float8), 4326)::geography) STORED';
    EXECUTE 'CREATE INDEX stores_by_location ON stores USING gist (location)';
  END IF;
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') THEN
    EXECUTE
      'CREATE TABLE merchant_embeddings (
         merchant_id uuid NOT NULL REFERENCES merchants ON DELETE CASCADE,
         model text NOT NULL,
         embedding vector(384) NOT NULL,
         PRIMARY KEY (merchant_id, model)
       )';
  END IF;
END
$$;
