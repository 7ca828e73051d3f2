-- Why patients come, as they may pick it where they book. The services that are for it stand in the row and, as postings, in
-- presenting_issue_service: row-level security lets no array operator reach an index.
CREATE TABLE presenting_issue (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  name text NOT NULL,
  internal_name text,
  searchable_phrase text,
  prep_note text,
  localized_name jsonb NOT NULL,
  localized_internal_name jsonb NOT NULL,
  localized_searchable_phrase jsonb NOT NULL,
  localized_prep_note jsonb NOT NULL,
  color text,
  icon text,
  service_ids integer[] NOT NULL,
  deactivated boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, id)
);
CREATE INDEX presenting_issue_by_id ON presenting_issue (domain_id, id) WHERE NOT deactivated;
SELECT commonchart.protect('presenting_issue', 'SELECT, INSERT, UPDATE');

-- What an issue is found by, in whatever language, as search keys: each name as a whole, each phrase from each of its words on.
CREATE TABLE presenting_issue_term (
  domain_id integer NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('NAME', 'PHRASE')),
  term_key text COLLATE "C" NOT NULL,
  presenting_issue_id integer NOT NULL,
  PRIMARY KEY (domain_id, term_key, kind, presenting_issue_id),
  FOREIGN KEY (domain_id, presenting_issue_id) REFERENCES presenting_issue
);
CREATE INDEX presenting_issue_term_by_issue ON presenting_issue_term (domain_id, presenting_issue_id, term_key, kind);
SELECT commonchart.protect('presenting_issue_term');

CREATE TABLE presenting_issue_service (
  domain_id integer NOT NULL,
  presenting_issue_id integer NOT NULL,
  service_id integer NOT NULL,
  PRIMARY KEY (domain_id, presenting_issue_id, service_id),
  FOREIGN KEY (domain_id, presenting_issue_id) REFERENCES presenting_issue,
  FOREIGN KEY (domain_id, service_id) REFERENCES service
);
CREATE INDEX presenting_issue_service_by_service
  ON presenting_issue_service (domain_id, service_id, presenting_issue_id);
SELECT commonchart.protect('presenting_issue_service');

CREATE TABLE appointment_tag (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  name text NOT NULL,
  short_name text NOT NULL,
  color text,
  deactivated boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, id)
);
SELECT commonchart.protect('appointment_tag', 'SELECT, INSERT, UPDATE');

ALTER TABLE appointment
  ADD COLUMN presenting_issue_id integer,
  ADD COLUMN tag_ids integer[] NOT NULL DEFAULT '{}',
  ADD FOREIGN KEY (domain_id, presenting_issue_id) REFERENCES presenting_issue;

-- The tags of an appointment as postings, by which those that bear one are found in the order of their creation.
CREATE TABLE appointment_tagging (
  domain_id integer NOT NULL,
  tag_id integer NOT NULL,
  appointment_id bigint NOT NULL,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, tag_id, appointment_id),
  FOREIGN KEY (domain_id, tag_id) REFERENCES appointment_tag,
  FOREIGN KEY (domain_id, appointment_id) REFERENCES appointment
);
CREATE INDEX appointment_tagging_by_creation ON appointment_tagging (domain_id, tag_id, created_at, appointment_id);
CREATE INDEX appointment_tagging_by_appointment ON appointment_tagging (domain_id, appointment_id, tag_id);
SELECT commonchart.protect('appointment_tagging');

-- What the lists filter by stands behind the id, so that it is decided within the index.
DROP INDEX appointment_by_creation;
CREATE INDEX appointment_by_creation
  ON appointment (domain_id, created_at, id, deactivated, starts_at, status, updated_at);
DROP INDEX appointment_by_start;
CREATE INDEX appointment_by_start
  ON appointment (domain_id, starts_at, id, deactivated, location_id, service_id, visit_type, status, updated_at);
DROP INDEX appointment_by_provider_start;
CREATE INDEX appointment_by_provider_start
  ON appointment (domain_id, provider_id, starts_at, id, deactivated, status);
DROP INDEX appointment_by_patient_start;
CREATE INDEX appointment_by_patient_start
  ON appointment (domain_id, patient_id, starts_at, id, deactivated, status);
CREATE INDEX appointment_by_status ON appointment (domain_id, status, created_at, id, deactivated);
-- The live ones, in their order of time: names.ts names the statuses that take no time.
CREATE INDEX appointment_live_by_start ON appointment (domain_id, starts_at, id)
  WHERE NOT deactivated AND status NOT IN ('CANCELLED', 'REJECTED', 'NO_SHOW');
