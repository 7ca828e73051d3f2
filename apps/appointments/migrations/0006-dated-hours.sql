-- Dated hours: on each day from the first to the last, on the clock of the location. Minutes count as in
-- standard_work_hour; hours that end no later than they begin run past midnight, the last of them from the day before the
-- last. Days are `YYYY-MM-DD`.
CREATE TABLE flexible_work_hour (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  provider_id integer NOT NULL,
  location_id integer NOT NULL,
  start_day text COLLATE "C" NOT NULL,
  end_day text COLLATE "C" NOT NULL,
  start_minute smallint NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
  end_minute smallint NOT NULL CHECK (end_minute BETWEEN 1 AND 1440),
  visit_type text NOT NULL,
  slot smallint NOT NULL CHECK (slot BETWEEN 1 AND 1000),
  interval_minutes smallint NOT NULL CHECK (interval_minutes BETWEEN 1 AND 1440),
  stacking boolean NOT NULL,
  color text,
  deactivated boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  CHECK (start_day <= end_day),
  CHECK (start_minute < end_minute OR start_day < end_day),
  PRIMARY KEY (domain_id, id),
  FOREIGN KEY (domain_id, provider_id) REFERENCES provider,
  FOREIGN KEY (domain_id, location_id) REFERENCES location
);
CREATE INDEX flexible_work_hour_by_provider
  ON flexible_work_hour (domain_id, provider_id, end_day, start_day, start_minute, id, deactivated, location_id);
-- The order in which they are listed.
CREATE INDEX flexible_work_hour_by_start
  ON flexible_work_hour (domain_id, provider_id, start_day, start_minute, id, end_day, deactivated, location_id);
CREATE INDEX flexible_work_hour_by_location ON flexible_work_hour (domain_id, location_id);
SELECT commonchart.protect('flexible_work_hour', 'SELECT, INSERT, UPDATE');

-- The services that may be booked in some dated hours; without any row, every service may.
CREATE TABLE flexible_work_hour_service (
  domain_id integer NOT NULL,
  work_hour_id integer NOT NULL,
  service_id integer NOT NULL,
  PRIMARY KEY (domain_id, work_hour_id, service_id),
  FOREIGN KEY (domain_id, work_hour_id) REFERENCES flexible_work_hour,
  FOREIGN KEY (domain_id, service_id) REFERENCES service
);
CREATE INDEX flexible_work_hour_service_by_service ON flexible_work_hour_service (domain_id, service_id);
SELECT commonchart.protect('flexible_work_hour_service');

-- Time that a provider is away, in one stretch, whatever the work hours say. It has no location: it is read on the clock of
-- the main location or, without one, of the domain, and keeps its instants, its wall times and that zone.
CREATE TABLE off_time (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  provider_id integer NOT NULL,
  starts_at timestamptz(3) NOT NULL,
  ends_at timestamptz(3) NOT NULL,
  start_wall text NOT NULL,
  end_wall text NOT NULL,
  zone text NOT NULL,
  name text,
  memo text,
  color text,
  deactivated boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  CHECK (starts_at < ends_at),
  PRIMARY KEY (domain_id, id),
  FOREIGN KEY (domain_id, provider_id) REFERENCES provider
);
CREATE INDEX off_time_by_end ON off_time (domain_id, provider_id, ends_at, starts_at, deactivated);
CREATE INDEX off_time_by_start ON off_time (domain_id, provider_id, starts_at, id, ends_at, deactivated);
SELECT commonchart.protect('off_time', 'SELECT, INSERT, UPDATE');
