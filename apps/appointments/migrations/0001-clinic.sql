-- Locations, providers, services and work hours: small tables that bookings refer to. Their ids come from a counter per
-- domain, because CHR takes some of them as Int.
CREATE TABLE location (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  name text NOT NULL,
  internal_name text,
  description text,
  group_label text,
  color text,
  street_address1 text,
  street_address2 text,
  city text,
  region text,
  postal_code text,
  latitude text,
  longitude text,
  is_primary boolean NOT NULL,
  is_public boolean NOT NULL,
  primary_contact_number text,
  primary_email text,
  primary_fax_number text,
  zone text NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  deactivated boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, id)
);
CREATE UNIQUE INDEX location_one_primary ON location (domain_id) WHERE is_primary;
CREATE INDEX location_by_name ON location (domain_id, name_key, id);
CREATE INDEX location_by_id ON location (domain_id, id) WHERE NOT deactivated;
SELECT commonchart.protect('location');

CREATE TABLE provider (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  first_name text,
  last_name text,
  title text,
  occupation text,
  specialty text,
  license_number text,
  licensing_body text,
  billing_number text,
  email text NOT NULL,
  languages text[] NOT NULL,
  has_schedule boolean NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  first_name_key text COLLATE "C",
  last_name_key text COLLATE "C",
  license_number_key text COLLATE "C",
  billing_number_key text COLLATE "C",
  email_key text COLLATE "C" NOT NULL,
  deactivated boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, id)
);
CREATE INDEX provider_by_name ON provider (domain_id, name_key, id);
CREATE INDEX provider_by_id ON provider (domain_id, id) WHERE NOT deactivated;
-- The names behind the id are there so that one that many begin with is decided within the index.
CREATE INDEX provider_by_id_and_names ON provider (domain_id, id, last_name_key, first_name_key) WHERE NOT deactivated;
CREATE INDEX provider_by_first_name ON provider (domain_id, first_name_key, id, deactivated);
CREATE INDEX provider_by_last_name ON provider (domain_id, last_name_key, id, deactivated);
CREATE INDEX provider_by_license_number ON provider (domain_id, license_number_key, id, deactivated);
CREATE INDEX provider_by_billing_number ON provider (domain_id, billing_number_key, id, deactivated);
CREATE INDEX provider_by_email ON provider (domain_id, email_key, id, deactivated);
CREATE INDEX provider_by_schedule ON provider (domain_id, has_schedule, id) WHERE NOT deactivated;
SELECT commonchart.protect('provider');

-- The languages of a provider as search keys: row-level security lets no array operator reach an index.
CREATE TABLE provider_language (
  domain_id integer NOT NULL,
  language_key text COLLATE "C" NOT NULL,
  provider_id integer NOT NULL,
  PRIMARY KEY (domain_id, language_key, provider_id),
  FOREIGN KEY (domain_id, provider_id) REFERENCES provider
);
CREATE INDEX provider_language_by_provider ON provider_language (domain_id, provider_id);
SELECT commonchart.protect('provider_language');

CREATE TABLE service (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  name text NOT NULL,
  short_description text,
  long_description text,
  localized_name jsonb NOT NULL,
  localized_short_description jsonb NOT NULL,
  localized_long_description jsonb NOT NULL,
  color text,
  icon text,
  slot_length integer NOT NULL CHECK (slot_length > 0),
  min_requestable_interval integer NOT NULL CHECK (min_requestable_interval >= 0),
  min_requestable_interval_type text NOT NULL,
  max_requestable_days integer CHECK (max_requestable_days >= 0),
  allow_new_patient boolean NOT NULL,
  allow_existing_patient boolean NOT NULL,
  patient_default_status text NOT NULL,
  provider_default_status text NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  deactivated boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, id)
);
CREATE INDEX service_by_name ON service (domain_id, name_key, id);
CREATE INDEX service_by_id ON service (domain_id, id) WHERE NOT deactivated;
SELECT commonchart.protect('service');

-- Every name of a service, in whatever language, as a search key.
CREATE TABLE service_name (
  domain_id integer NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  service_id integer NOT NULL,
  PRIMARY KEY (domain_id, name_key, service_id),
  FOREIGN KEY (domain_id, service_id) REFERENCES service
);
CREATE INDEX service_name_by_service ON service_name (domain_id, service_id);
SELECT commonchart.protect('service_name');

-- Weekly hours on the clock of the location. Weekdays count from Sunday = 0; 1440 is the midnight that ends the day.
CREATE TABLE standard_work_hour (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  provider_id integer NOT NULL,
  location_id integer NOT NULL,
  weekday smallint NOT NULL CHECK (weekday BETWEEN 0 AND 6),
  start_minute smallint NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
  end_minute smallint NOT NULL CHECK (end_minute BETWEEN 1 AND 1440),
  visit_type text NOT NULL,
  slot smallint NOT NULL CHECK (slot BETWEEN 1 AND 1000),
  interval_minutes smallint NOT NULL CHECK (interval_minutes BETWEEN 1 AND 1440),
  stacking boolean NOT NULL,
  show_intervals_on_schedule boolean NOT NULL,
  color text,
  deactivated boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  CHECK (start_minute < end_minute),
  PRIMARY KEY (domain_id, id),
  FOREIGN KEY (domain_id, provider_id) REFERENCES provider,
  FOREIGN KEY (domain_id, location_id) REFERENCES location
);
CREATE INDEX standard_work_hour_by_provider
  ON standard_work_hour (domain_id, provider_id, weekday, start_minute, id, deactivated, location_id);
CREATE INDEX standard_work_hour_by_location ON standard_work_hour (domain_id, location_id);
SELECT commonchart.protect('standard_work_hour');

-- The services that may be booked in some work hours; without any row, every service may.
CREATE TABLE standard_work_hour_service (
  domain_id integer NOT NULL,
  work_hour_id integer NOT NULL,
  service_id integer NOT NULL,
  PRIMARY KEY (domain_id, work_hour_id, service_id),
  FOREIGN KEY (domain_id, work_hour_id) REFERENCES standard_work_hour,
  FOREIGN KEY (domain_id, service_id) REFERENCES service
);
CREATE INDEX standard_work_hour_service_by_service ON standard_work_hour_service (domain_id, service_id);
SELECT commonchart.protect('standard_work_hour_service');

-- What a record is called in the system that it was imported from.
CREATE TABLE external_id (
  domain_id integer NOT NULL,
  type text COLLATE "C" NOT NULL,
  system text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  record_id bigint NOT NULL,
  PRIMARY KEY (domain_id, type, system, value)
);
CREATE INDEX external_id_by_record ON external_id (domain_id, type, record_id);
SELECT commonchart.protect('external_id');
