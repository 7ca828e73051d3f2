/**
 * Statements that add, to a domain of which `populationOf` tells, group visits and user groups that differ in everything
 * that lists filter and order by.
 */
export function groupPopulationOf(domainId: number, count: number): string {
  return `
    INSERT INTO group_visit (domain_id, name, description, name_key, description_key, location_id, starts_at, ends_at,
      start_wall, end_wall, zone, status, capacity, occupied, allow_ebooking, allow_new_patient, allow_existing_patient,
      deactivated, version, created_at, updated_at)
    SELECT ${domainId}, 'Visit ' || n % 900, 'About ' || n % 700, 'visit ' || n % 900, 'about ' || n % 700, 1 + n * 31 % 10,
      start, start + interval '1 hour', '2026-01-01T00:00:00', '2026-01-01T01:00:00', 'UTC', 'BOOKED', 5, n % 6, n % 10 <> 0,
      true, true, n % 50 = 0, 1, timestamptz '2026-01-01 00:00Z' + n / 3 * interval '1 minute',
      timestamptz '2026-02-01 00:00Z' + n * 13 % 9973 * interval '1 minute'
    FROM (SELECT n::bigint, timestamptz '2026-01-01 00:00Z' + n::bigint * 6151 % 40009 * interval '10 minutes' AS start
      FROM generate_series(1, ${count}) n) made;
    INSERT INTO group_visit_provider (domain_id, group_visit_id, provider_id, place, starts_at, ends_at, live)
    SELECT domain_id, id, 1 + id % 200, 0, starts_at, ends_at, true FROM group_visit WHERE domain_id = ${domainId};
    INSERT INTO user_group (domain_id, id, name, bookable, mass_match, deactivated, version, created_at, updated_at)
    SELECT ${domainId}, n, 'Group ' || n, true, '{STAFF}', n % 50 = 0, 1, now(), now() FROM generate_series(1, ${count}) n;
    INSERT INTO user_group_member SELECT ${domainId}, n, 1 + n % 200 FROM generate_series(1, ${count}) n;`
}
