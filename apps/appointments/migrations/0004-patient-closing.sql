-- Patients whose record is about to be closed: whoever books one of them asks the owner of patients first. `version` is that
-- of the record that is to be closed; `closings` counts the announcements, so that one is never taken for another.
CREATE TABLE patient_closing (
  domain_id integer NOT NULL,
  patient_id bigint NOT NULL,
  version integer NOT NULL,
  closings integer NOT NULL,
  PRIMARY KEY (domain_id, patient_id)
);
SELECT commonchart.protect('patient_closing');
