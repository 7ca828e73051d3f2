-- Merges of patients that were taken in. An undoing may arrive before its merge: then the merge is not carried out.
CREATE TABLE patient_merge (
  domain_id integer NOT NULL,
  id bigint NOT NULL,
  kept_id bigint NOT NULL,
  merged_id bigint NOT NULL,
  undone boolean NOT NULL,
  PRIMARY KEY (domain_id, id)
);
SELECT commonchart.protect('patient_merge', 'SELECT, INSERT, UPDATE');

-- The appointments that moved with a merge, so that they can move back.
CREATE TABLE patient_merge_move (
  domain_id integer NOT NULL,
  merge_id bigint NOT NULL,
  appointment_id bigint NOT NULL,
  PRIMARY KEY (domain_id, merge_id, appointment_id),
  FOREIGN KEY (domain_id, merge_id) REFERENCES patient_merge,
  FOREIGN KEY (domain_id, appointment_id) REFERENCES appointment
);
SELECT commonchart.protect('patient_merge_move', 'SELECT, INSERT');
