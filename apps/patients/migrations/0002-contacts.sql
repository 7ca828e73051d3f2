-- The address book: people and places outside of the organisation. `…_raw_value` is what a coded value reads in words, and
-- `…_key` what a list searches by; `read_only` stands last in an index, so that leaving those out needs no other one.
CREATE TABLE facility (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  read_only boolean NOT NULL DEFAULT false,
  name text NOT NULL,
  category text COLLATE "C",
  category_raw_value text,
  category_raw_key text COLLATE "C",
  street_address1 text,
  street_address2 text,
  city text,
  city_key text COLLATE "C",
  province text,
  postal_code text,
  postal_code_key text COLLATE "C",
  country text,
  latitude double precision,
  longitude double precision,
  phone text,
  phone_digits text COLLATE "C",
  phone_ext text,
  secondary_phone text,
  secondary_phone_ext text,
  fax text,
  fax_digits text COLLATE "C",
  email text,
  email_key text COLLATE "C",
  website text,
  comments text,
  PRIMARY KEY (domain_id, id)
);
CREATE INDEX facility_of_own ON facility (domain_id, read_only, id);
CREATE INDEX facility_of_category ON facility (domain_id, category, id, read_only);
CREATE INDEX facility_of_category_words ON facility (domain_id, category_raw_key, id, read_only);
CREATE INDEX facility_of_email ON facility (domain_id, email_key, id, read_only);
CREATE INDEX facility_of_fax ON facility (domain_id, fax_digits, id, read_only);
CREATE INDEX facility_of_phone ON facility (domain_id, phone_digits, id, read_only);
CREATE INDEX facility_by_city ON facility (domain_id, city_key, id, read_only);
CREATE INDEX facility_by_postal_code ON facility (domain_id, postal_code_key, id, read_only);
SELECT commonchart.protect('facility', 'SELECT, INSERT, UPDATE');

-- The name of a facility from each of its words on: a prefix of any of them is a range.
CREATE TABLE facility_name (
  domain_id integer NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  facility_id integer NOT NULL,
  PRIMARY KEY (domain_id, name_key, facility_id),
  FOREIGN KEY (domain_id, facility_id) REFERENCES facility (domain_id, id)
);
CREATE INDEX facility_name_of_facility ON facility_name (domain_id, facility_id);
SELECT commonchart.protect('facility_name', 'SELECT, INSERT, DELETE');

CREATE TABLE contact (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  read_only boolean NOT NULL DEFAULT false,
  facility_id integer NOT NULL,
  first_name text NOT NULL,
  last_name text NOT NULL,
  last_name_key text COLLATE "C" NOT NULL,
  title text,
  title_raw_value text,
  occupation text COLLATE "C",
  occupation_raw_value text,
  occupation_raw_key text COLLATE "C",
  medical_specialty text,
  medical_specialty_raw_value text,
  jurisdiction text,
  jurisdiction_raw_value text,
  license_number text,
  billing_code text,
  billing_code_key text COLLATE "C",
  email text,
  phone text,
  phone_extension text,
  fax text,
  fax_digits text COLLATE "C",
  comments text,
  PRIMARY KEY (domain_id, id),
  FOREIGN KEY (domain_id, facility_id) REFERENCES facility (domain_id, id)
);
CREATE INDEX contact_of_own ON contact (domain_id, read_only, id);
CREATE INDEX contact_of_facility ON contact (domain_id, facility_id, id, read_only);
CREATE INDEX contact_of_occupation ON contact (domain_id, occupation, id, read_only);
CREATE INDEX contact_of_occupation_words ON contact (domain_id, occupation_raw_key, id, read_only);
CREATE INDEX contact_of_billing_code ON contact (domain_id, billing_code_key, id, read_only);
CREATE INDEX contact_of_fax ON contact (domain_id, fax_digits, id, read_only);
SELECT commonchart.protect('contact', 'SELECT, INSERT, UPDATE');

-- The name of a contact from each of its words on, in both orders.
CREATE TABLE contact_name (
  domain_id integer NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  contact_id integer NOT NULL,
  PRIMARY KEY (domain_id, name_key, contact_id),
  FOREIGN KEY (domain_id, contact_id) REFERENCES contact (domain_id, id)
);
CREATE INDEX contact_name_of_contact ON contact_name (domain_id, contact_id);
SELECT commonchart.protect('contact_name', 'SELECT, INSERT, DELETE');

ALTER TABLE patient
  ADD COLUMN family_practitioner_id integer,
  ADD COLUMN referring_practitioner_id integer,
  ADD COLUMN preferred_pharmacy_id integer,
  ADD FOREIGN KEY (domain_id, family_practitioner_id) REFERENCES contact (domain_id, id),
  ADD FOREIGN KEY (domain_id, referring_practitioner_id) REFERENCES contact (domain_id, id),
  ADD FOREIGN KEY (domain_id, preferred_pharmacy_id) REFERENCES facility (domain_id, id);

-- By what else a provider of another subgraph is found and sorted.
ALTER TABLE provider_ref
  ADD COLUMN email_key text COLLATE "C",
  ADD COLUMN last_name_key text COLLATE "C";
CREATE INDEX provider_ref_of_email ON provider_ref (domain_id, email_key, id);
CREATE INDEX provider_ref_of_name ON provider_ref (domain_id, name_key, id);

CREATE TABLE care_team_role (
  domain_id integer NOT NULL,
  uuid uuid NOT NULL,
  version integer NOT NULL DEFAULT 1,
  name text NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  description text,
  position integer NOT NULL,
  archived boolean NOT NULL DEFAULT false,
  archived_by_id integer,
  PRIMARY KEY (domain_id, uuid)
);
CREATE INDEX care_team_role_by_position ON care_team_role (domain_id, archived, position, uuid);
CREATE INDEX care_team_role_by_position_all ON care_team_role (domain_id, position, uuid);
CREATE INDEX care_team_role_by_name ON care_team_role (domain_id, archived, name_key);
SELECT commonchart.protect('care_team_role', 'SELECT, INSERT, UPDATE');

-- A member is a provider, whose id another subgraph gave, or a contact.
CREATE TABLE care_team_member (
  domain_id integer NOT NULL,
  id bigint GENERATED BY DEFAULT AS IDENTITY,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  patient_id bigint NOT NULL,
  role_uuid uuid,
  provider_id integer,
  contact_id integer,
  PRIMARY KEY (domain_id, id),
  FOREIGN KEY (domain_id, patient_id) REFERENCES patient (domain_id, id),
  FOREIGN KEY (domain_id, role_uuid) REFERENCES care_team_role (domain_id, uuid),
  FOREIGN KEY (domain_id, contact_id) REFERENCES contact (domain_id, id),
  CHECK ((provider_id IS NULL) <> (contact_id IS NULL))
);
CREATE INDEX care_team_member_of_patient ON care_team_member (domain_id, patient_id, id);
SELECT commonchart.protect('care_team_member', 'SELECT, INSERT, UPDATE');

-- With the tag in it, no plan of a list by tag has to filter, whichever of the two indexes it takes.
DROP INDEX patient_status_tag_of_patient;
CREATE INDEX patient_status_tag_of_patient ON patient_status_tag (domain_id, patient_id, status_tag_id);
