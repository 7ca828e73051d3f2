-- Each serves an order of the list of drafts; the columns behind the id decide every filter within the index.
CREATE INDEX draft_appointment_by_creation
  ON draft_appointment (domain_id, created_at, id, expires_at, starts_at, provider_id, location_id, service_id);
CREATE INDEX draft_appointment_by_id
  ON draft_appointment (domain_id, id, expires_at, starts_at, provider_id, location_id, service_id);
CREATE INDEX draft_appointment_by_start
  ON draft_appointment (domain_id, starts_at, expires_at, provider_id, location_id, service_id);
CREATE INDEX draft_appointment_by_provider
  ON draft_appointment (domain_id, provider_id, created_at, id, expires_at, starts_at, location_id, service_id);
CREATE INDEX draft_appointment_by_location
  ON draft_appointment (domain_id, location_id, created_at, id, expires_at, starts_at, provider_id, service_id);
CREATE INDEX draft_appointment_by_service
  ON draft_appointment (domain_id, service_id, created_at, id, expires_at, starts_at, provider_id, location_id);
DROP INDEX draft_appointment_by_provider_end;
CREATE INDEX draft_appointment_by_provider_end
  ON draft_appointment (domain_id, provider_id, ends_at, starts_at, expires_at, id, location_id, service_id);
