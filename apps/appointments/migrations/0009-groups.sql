-- Providers under one name. Its members are those listed and those whom `mass_match` takes in.
CREATE TABLE user_group (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  name text NOT NULL,
  description text,
  color text,
  bookable boolean NOT NULL,
  mass_match text[] NOT NULL,
  deactivated boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, id)
);
CREATE INDEX user_group_by_id ON user_group (domain_id, id) WHERE NOT deactivated;
SELECT commonchart.protect('user_group', 'SELECT, INSERT, UPDATE');

-- The providers who are listed as members.
CREATE TABLE user_group_member (
  domain_id integer NOT NULL,
  user_group_id integer NOT NULL,
  provider_id integer NOT NULL,
  PRIMARY KEY (domain_id, user_group_id, provider_id),
  FOREIGN KEY (domain_id, user_group_id) REFERENCES user_group,
  FOREIGN KEY (domain_id, provider_id) REFERENCES provider
);
CREATE INDEX user_group_member_by_provider ON user_group_member (domain_id, provider_id);
SELECT commonchart.protect('user_group_member');

-- The visit type of those who attend, and whether every seat is taken.
ALTER TABLE group_visit
  ADD COLUMN visit_type text COLLATE "C" NOT NULL DEFAULT 'PHYSICAL_VISIT',
  ADD COLUMN fully_booked boolean NOT NULL GENERATED ALWAYS AS (coalesce(occupied >= capacity, false)) STORED;
-- Each index serves an order. Columns behind the id are there so that a further filter is decided within the index.
CREATE INDEX group_visit_by_id ON group_visit (domain_id, id) WHERE NOT deactivated AND allow_ebooking;
CREATE INDEX group_visit_by_start ON group_visit (domain_id, starts_at, id, deactivated, allow_ebooking, fully_booked,
  location_id, name_key, description_key);
CREATE INDEX group_visit_by_creation ON group_visit (domain_id, created_at, id, deactivated, allow_ebooking, fully_booked);
CREATE INDEX group_visit_by_change ON group_visit (domain_id, updated_at, id, deactivated, allow_ebooking, fully_booked);
CREATE INDEX group_visit_by_name
  ON group_visit (domain_id, name_key, starts_at, id, deactivated, allow_ebooking, fully_booked);
CREATE INDEX group_visit_by_description
  ON group_visit (domain_id, description_key, starts_at, id, deactivated, allow_ebooking, fully_booked);
CREATE INDEX group_visit_by_location
  ON group_visit (domain_id, location_id, starts_at, id, deactivated, allow_ebooking, fully_booked);

-- What opens a virtual visit beside the id of its appointment.
ALTER TABLE appointment ADD COLUMN access_code text;
