/**
 * Statements that give each appointment of a domain of which `populationOf` tells a claim of its time, a notification request,
 * a move and an event.
 */
export function lifecyclePopulationOf(domainId: number): string {
  return `
    INSERT INTO time_claim (domain_id, resource, lane, during, holder_kind, holder_id)
    SELECT domain_id, 'provider:' || provider_id, 0, tstzrange(starts_at, ends_at), 'appointment', id
    FROM appointment WHERE domain_id = ${domainId};
    INSERT INTO notification_request (domain_id, appointment_id, patient_id, recipient, method, occasion, state,
      requested_by_kind, requested_by_id, version, created_at, updated_at)
    SELECT domain_id, id, patient_id, 'PATIENT', 'SMS', 'BOOKED', CASE WHEN id % 2 = 0 THEN 'TOLD' ELSE 'UNSENT' END,
      'CONSUMER', 1, 1, created_at, created_at FROM appointment WHERE domain_id = ${domainId};
    INSERT INTO appointment_reschedule (domain_id, appointment_id, from_starts_at, from_ends_at, from_provider_id,
      from_location_id, to_starts_at, to_ends_at, to_provider_id, to_location_id, by_kind, by_id, by_name, rescheduled_at)
    SELECT domain_id, id, starts_at, ends_at, provider_id, location_id, starts_at, ends_at, provider_id, location_id,
      'consumer', '1', 'portal', created_at FROM appointment WHERE domain_id = ${domainId};
    INSERT INTO audit_event (domain_id, id, action, record_type, record_id, record_version, patient_id, fields, principal, request_id)
    SELECT domain_id, gen_random_uuid(), 'appointment.updated', 'Appointment', (1 + id % 9000)::text, 1, 1, '{}', '{}', 'r'
    FROM appointment WHERE domain_id = ${domainId};`
}
