/**
 * Statements that give the 200 providers of a domain as many rows of weekly hours, dated hours and time off, ten of each
 * within a year, and as many locations. Every other provider takes two bookings at once.
 */
export function hourPopulationOf(domainId: number, rows: number): string {
  const owner = `${domainId}, n, 1 + n % 200`
  const bookable = `'PHYSICAL_VISIT', 1 + n % 2, 15, false`
  const end = `n % 50 = 0, 1, now(), now() FROM generate_series(1, ${rows}) n`
  const day = (more: number) => `to_char(date '2020-01-01' + n / 200 * 30 % 3600 + ${more}, 'YYYY-MM-DD')`
  const time = (hours: number) =>
    `timestamptz '2020-01-01 00:00Z' + (n / 200 * 30 % 3600) * interval '1 day' + ${hours} * interval '1 hour'`
  return `
    INSERT INTO location (domain_id, id, name, is_primary, is_public, zone, name_key, deactivated, version, created_at, updated_at)
    SELECT ${domainId}, 10 + n, 'Place', n = 1, true, 'UTC', 'place', ${end};
    INSERT INTO standard_work_hour (domain_id, id, provider_id, location_id, weekday, start_minute, end_minute, visit_type, slot,
      interval_minutes, stacking, show_intervals_on_schedule, deactivated, version, created_at, updated_at)
    SELECT ${owner}, 1 + n % 10, n % 7, 480, 600, ${bookable}, false, ${end};
    INSERT INTO flexible_work_hour (domain_id, id, provider_id, location_id, start_day, end_day, start_minute, end_minute,
      visit_type, slot, interval_minutes, stacking, deactivated, version, created_at, updated_at)
    SELECT ${owner}, 1 + n % 10, ${day(0)}, ${day(4)}, 480, 600, ${bookable}, ${end};
    INSERT INTO off_time (domain_id, id, provider_id, starts_at, ends_at, start_wall, end_wall, zone, deactivated, version,
      created_at, updated_at)
    SELECT ${owner}, ${time(0)}, ${time(8)}, '2020-01-01T00:00:00', '2020-01-01T08:00:00', 'UTC', ${end};`
}
