/**
 * Statements that fill a domain with locations, providers, services, presenting issues, tags, drafts and appointments that
 * differ in everything that lists filter and order by. For the superuser.
 */
export function populationOf(domainId: number, appointments: number): string {
  const stamps = "false, 1, timestamptz '2026-01-01 00:00Z' + n * interval '1 minute', now()"
  const counts = { locations: 10, providers: 200, services: 20, people: Math.max(200, appointments) }
  return `
    INSERT INTO location (domain_id, id, name, is_primary, is_public, zone, name_key, deactivated, version, created_at, updated_at)
    SELECT ${domainId}, n, 'Place ' || (97 * n) % 10, false, true, 'UTC', 'place ' || (97 * n) % 10, ${stamps}
    FROM generate_series(1, ${counts.locations}) n;
    INSERT INTO provider (domain_id, id, first_name, last_name, email, languages, has_schedule, name_key, first_name_key,
      last_name_key, license_number_key, billing_number_key, email_key, deactivated, version, created_at, updated_at)
    SELECT ${domainId}, n, 'First' || n % 700, 'Last' || n % 900, n || '@x.test', '{en}', n % 2 = 0,
      'last' || n % 900 || ' first' || n % 700, 'first' || n % 700, 'last' || n % 900, 'l' || n, 'b' || n, n || '@x.test', ${stamps}
    FROM generate_series(1, ${counts.people}) n;
    INSERT INTO provider_language SELECT ${domainId}, 'language ' || n % 500, n FROM generate_series(1, ${counts.people}) n;
    INSERT INTO service (domain_id, id, name, localized_name, localized_short_description, localized_long_description,
      slot_length, min_requestable_interval, min_requestable_interval_type, allow_new_patient, allow_existing_patient,
      patient_default_status, provider_default_status, name_key, deactivated, version, created_at, updated_at)
    SELECT ${domainId}, n, 'Service ' || n % 7, '[]', '[]', '[]', 30, 0, 'hours', true, true, 'BOOKED', 'BOOKED',
      'service ' || n % 7, ${stamps}
    FROM generate_series(1, ${counts.services}) n;
    INSERT INTO appointment (domain_id, patient_id, location_id, provider_id, service_id, starts_at, ends_at, start_wall,
      end_wall, zone, status, visit_type, tag_ids, deactivated, overbooked, version, created_at, updated_at)
    SELECT ${domainId}, 1 + n * 7919 % 300, 1 + n * 31 % ${counts.locations}, 1 + n * 53 % ${counts.providers},
      1 + n * 17 % ${counts.services}, start, start + interval '30 minutes', '2026-01-01T00:00:00', '2026-01-01T00:30:00', 'UTC',
      CASE WHEN n % 10 = 0 THEN 'CANCELLED' WHEN n % 41 = 0 THEN 'REQUESTED' ELSE 'BOOKED' END,
      CASE WHEN n % 9 = 0 THEN 'VIRTUAL_VISIT' ELSE 'PHYSICAL_VISIT' END,
      CASE WHEN n % 3 = 0 THEN ARRAY[1 + n % 20, 21 + n % 2]::integer[] ELSE '{}' END, n % 50 = 0, false, 1,
      timestamptz '2026-01-01 00:00Z' + n / 3 * interval '1 minute',
      timestamptz '2026-02-01 00:00Z' + n * 13 % 9973 * interval '1 minute'
    FROM (SELECT n::bigint, timestamptz '2026-01-01 00:00Z' + n::bigint * 6151 % 40009 * interval '10 minutes' AS start
      FROM generate_series(1, ${appointments}) n) made;
    INSERT INTO draft_appointment (domain_id, location_id, provider_id, service_id, starts_at, ends_at, start_wall, end_wall,
      zone, expires_at, created_by_kind, created_by_id, version, created_at, updated_at)
    SELECT ${domainId}, 1 + n * 31 % ${counts.locations}, 1 + n * 53 % ${counts.providers},
      CASE WHEN n % 11 > 0 THEN 1 + n * 17 % ${counts.services} END, start, start + interval '30 minutes',
      '2026-01-01T00:00:00', '2026-01-01T00:30:00', 'UTC', now() + (n % 1000 - 900) * interval '1 minute',
      'CONSUMER', n % 3, 1, timestamptz '2026-01-01 00:00Z' + n / 3 * interval '1 minute', now()
    FROM (SELECT n::bigint, timestamptz '2026-01-01 00:00Z' + n::bigint * 6151 % 40009 * interval '10 minutes' AS start
      FROM generate_series(1, ${appointments}) n) made;
    INSERT INTO presenting_issue (domain_id, id, name, localized_name, localized_internal_name, localized_searchable_phrase,
      localized_prep_note, service_ids, deactivated, version, created_at, updated_at)
    SELECT ${domainId}, n, 'Issue ' || n % 900, '[]', '[]', '[]', '[]', '{}', ${stamps}
    FROM generate_series(1, ${counts.people}) n;
    INSERT INTO presenting_issue_term SELECT ${domainId}, CASE n % 2 WHEN 0 THEN 'NAME' ELSE 'PHRASE' END, 'issue ' || n % 900, n
    FROM generate_series(1, ${counts.people}) n;
    INSERT INTO presenting_issue_service SELECT ${domainId}, n, 1 + n % ${counts.services}
    FROM generate_series(1, ${counts.people}) n;
    INSERT INTO appointment_tag SELECT ${domainId}, n, 'Tag ' || n, 'T' || n, NULL, ${stamps} FROM generate_series(1, 22) n;
    INSERT INTO appointment_tagging SELECT domain_id, unnest(tag_ids), id, created_at FROM appointment
    WHERE domain_id = ${domainId} AND tag_ids <> '{}';`
}
