import type pg from 'pg'
import { change } from './clinic.ts'
import { importItems, external } from './imports.ts'
import type { Stack } from './stack.ts'

/** What the bench asks for. */
export interface BenchClinic {
  locationId: string
  serviceId: string
  /** The 30 days that are asked for, from tomorrow on. */
  from: string
  to: string
}

const dayMs = 86_400_000
export const benchDays = 30
export const benchProviders = 50
const slotsADay = 16
/** Of so many slots of the days that are asked for, one is free, when there are appointments enough. */
const oneFreeOf = 5

const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']

/**
 * Makes a clinic of 50 providers who work every day from 9 to 17 o'clock, half an hour a visit, with so many appointments:
 * as many as there are of the days that are asked for, up to four of five slots, the others in the years before.
 */
export async function createBenchClinic(
  { north }: Stack,
  admin: pg.Client,
  appointments: number,
): Promise<BenchClinic> {
  const place = { name: 'Main', timezoneIanaName: 'UTC', primary: true }
  const { location } = await change(north, 'createLocation', place, 'location { id }')
  const { service } = await change(
    north,
    'createService',
    { name: 'Visit', slotLength: 30 },
    'service { id }',
  )
  const providers = await importItems(
    north,
    'importProviders',
    Array.from({ length: benchProviders }, (_, at) => ({
      ...{
        externalId: external(`p${at}`),
        firstName: 'Bench',
        lastName: `Provider ${at}`,
        email: `p${at}@x.test`,
      },
    })),
  )
  const hours = providers.flatMap(({ id }) =>
    weekdays.map((weekday) => ({
      ...{ externalId: external(`h${id}-${weekday}`), providerId: id, locationId: location.id, weekday },
      ...{
        startAtTime: '09:00',
        endAtTime: '17:00',
        interval: 30,
        serviceIds: [],
        visitType: 'PHYSICAL_VISIT',
      },
    })),
  )
  await importItems(north, 'importStandardWorkHours', hours)
  const firstMs = Math.ceil(Date.now() / dayMs) * dayMs
  const from = new Date(firstMs).toISOString()
  // Slot after slot from the first day on; what is more than fits there, from the day before on backwards.
  const ahead = Math.min(appointments, (benchDays * slotsADay * benchProviders * (oneFreeOf - 1)) / oneFreeOf)
  await admin.query(
    `INSERT INTO appointment (domain_id, patient_id, location_id, provider_id, service_id, starts_at, ends_at, start_wall,
       end_wall, zone, status, visit_type, deactivated, overbooked, version, created_at, updated_at)
     SELECT $1, 1 + n % 5000, $2, provider, $3, start, start + interval '30 minutes', '', '', 'UTC', 'BOOKED', 'PHYSICAL_VISIT',
       false, false, 1, now(), now()
     FROM (SELECT n, ($4::integer[])[1 + n % ${benchProviders}] AS provider,
         $5::timestamptz + day * interval '1 day' + interval '9 hours' + slot * interval '30 minutes' AS start
       FROM (SELECT n, place,
           CASE WHEN n < $6 THEN place % ${benchDays} ELSE -1 - (n - $6) / ${benchProviders * slotsADay} END AS day,
           CASE WHEN n < $6 THEN (place / ${benchDays} + place % ${benchDays}) % ${slotsADay}
             ELSE place % ${slotsADay} END AS slot
         FROM (SELECT n, n / ${benchProviders} AS place FROM generate_series(0, $7 - 1) n) counted) placed) made`,
    [
      north.domainId,
      location.id,
      service.id,
      providers.map(({ id }) => Number(id)),
      from,
      ahead,
      appointments,
    ],
  )
  await admin.query(
    `INSERT INTO time_claim (domain_id, resource, lane, during, holder_kind, holder_id)
     SELECT domain_id, 'provider:' || provider_id, 0, tstzrange(starts_at, ends_at), 'appointment', id FROM appointment
     WHERE starts_at > now()`,
  )
  const to = new Date(firstMs + benchDays * dayMs).toISOString()
  return { locationId: String(location.id), serviceId: String(service.id), from, to }
}
