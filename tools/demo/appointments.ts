import { createHash } from 'node:crypto'
import { toInstant } from '@commonchart/clinic-time'
import { faker } from '@faker-js/faker/locale/en_CA'
import type { ExternalId } from '../fhir/mapped.ts'
import { demoHours, demoId, demoLocations, demoProviders, demoServices } from './clinic.ts'

/** An appointment of the demo clinic; people, places and services are indexes into its lists. */
export interface DemoAppointment {
  externalId: ExternalId
  patient: number
  provider: number
  location: number
  service: number
  startAt: string
  untilAt: string
  status: string
  visitType: 'PHYSICAL_VISIT' | 'VIRTUAL_VISIT'
  reason?: string
}

const daysBefore = 45
const daysAfter = 46
const dayMs = 86_400_000

/**
 * Creates three months of appointments around a moment: those of one provider on one day are the same whenever they are
 * created, except that what lies in the past has happened.
 */
export function createDemoAppointments(now: Date, usualProviders: readonly number[]): DemoAppointment[] {
  const patientsOf = demoProviders.map((_, provider) =>
    usualProviders.flatMap((usual, patient) => (usual === provider ? [patient] : [])),
  )
  const appointments: DemoAppointment[] = []
  for (let day = -daysBefore; day < daysAfter; day++) {
    const date = new Date(now.getTime() + day * dayMs).toISOString().slice(0, 10)
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay()
    for (const [provider, { weekdays }] of demoProviders.entries())
      if (weekdays.includes(weekday))
        appointments.push(...createDay(provider, date, now, patientsOf[provider] ?? []))
  }
  return appointments
}

function createDay(
  provider: number,
  date: string,
  now: Date,
  patients: readonly number[],
): DemoAppointment[] {
  const person = demoProviders[provider]
  const location = demoLocations.findIndex(({ key }) => key === person?.location)
  const zone = demoLocations[location]?.timezoneIanaName
  if (!person || !zone || patients.length === 0) return []
  faker.seed(createHash('sha256').update(`${person.key} ${date}`).digest().readUInt32BE())
  const made: DemoAppointment[] = []
  for (const { start, end } of demoHours) {
    let minute = start
    while (minute < end) {
      // Much of the day stays free, so that there is something to book.
      if (faker.datatype.boolean(0.9)) {
        minute += 15
        continue
      }
      const service = faker.number.int({ min: 0, max: demoServices.length - 1 })
      const { slotLength = 15, key = '' } = demoServices[service] ?? {}
      if (minute + slotLength > end) break
      const startAt = toInstant(`${date}T${toClock(minute)}`, zone)
      const untilAt = new Date(startAt.getTime() + slotLength * 60_000)
      made.push({
        externalId: demoId(`appointment-${date}-${person.key}-${toClock(minute)}`),
        patient: faker.helpers.arrayElement(patients),
        provider,
        location,
        service,
        startAt: startAt.toISOString(),
        untilAt: untilAt.toISOString(),
        status: chooseStatus(untilAt < now),
        visitType: key === 'telephone' ? 'VIRTUAL_VISIT' : 'PHYSICAL_VISIT',
        ...(faker.datatype.boolean(0.4) ? { reason: faker.helpers.arrayElement(reasons) } : {}),
      })
      minute += slotLength
    }
  }
  return made
}

/** Draws one number whether it is past or not, so that the rest of the day does not depend on it. */
function chooseStatus(past: boolean): string {
  const drawn = faker.number.int({ min: 1, max: 100 })
  if (drawn <= 6) return 'CANCELLED'
  if (past) return drawn <= 12 ? 'NO_SHOW' : 'VISIT_COMPLETED'
  return drawn <= 20 ? 'REQUESTED' : drawn <= 60 ? 'CONFIRMED' : 'BOOKED'
}

function toClock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

const reasons = [
  'Sore throat',
  'Back pain',
  'Medication review',
  'Blood test results',
  'Cough for two weeks',
  'Prescription renewal',
  'Knee pain',
  'Headaches',
  'Skin rash',
  'Travel advice',
]
