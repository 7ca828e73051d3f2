import assert from 'node:assert/strict'
import { test } from 'node:test'
import { weekdayOf } from '@commonchart/clinic-time'
import { demoHours, demoLocations, demoProviders, demoServices } from './clinic.ts'
import { createDemoDatedHours, createDemoOffTimes, seedDemoDatedHours } from './dated-hours.ts'

const now = new Date('2026-11-25T12:00:00Z')
const today = '2026-11-25'
const ids = (kind: string, { length }: { length: number }) =>
  Array.from({ length }, (_, at) => `${kind}-${at}`)
const clinic = {
  ...{ providerIds: ids('provider', demoProviders), locationIds: ids('location', demoLocations) },
  ...{ serviceIds: ids('service', demoServices), facilityIds: [], contactIds: [], patientIds: [] },
  templateIds: [],
}

test('dated hours lie in the next week, of providers of the clinic, and beside their weekly hours', () => {
  const latest = Math.max(...demoHours.map(({ end }) => end))
  for (const { provider, startAtDate, endAtDate, startAtTime, services } of createDemoDatedHours(today)) {
    const person = demoProviders.find(({ key }) => key === provider)
    assert.ok(person, provider)
    assert.ok(startAtDate >= '2026-11-30' && endAtDate <= '2026-12-06' && startAtDate <= endAtDate)
    const minute = Number(startAtTime.slice(0, 2)) * 60 + Number(startAtTime.slice(3))
    assert.ok(minute >= latest || !person.weekdays.includes(weekdayOf(startAtDate)), provider)
    for (const service of services)
      assert.ok(
        demoServices.some(({ key }) => key === service),
        service,
      )
  }
  for (const { provider } of createDemoOffTimes(today))
    assert.ok(
      demoProviders.some(({ key }) => key === provider),
      provider,
    )
})

test('they are made for those who have none, and refer to what is there', async () => {
  const sent: Record<string, unknown>[] = []
  const seed = (found: Record<string, unknown>) =>
    seedDemoDatedHours(
      (query, variables) => {
        if (query.startsWith('query')) return Promise.resolve(found)
        sent.push(variables.input as Record<string, unknown>)
        return Promise.resolve({})
      },
      clinic,
      now,
    )
  const all = createDemoDatedHours(today).length + createDemoOffTimes(today).length
  assert.equal(await seed({}), all)
  assert.equal(sent.length, all)
  for (const { providerUserId, serviceIds = [] } of sent) {
    assert.match(String(providerUserId), /^provider-\d$/)
    for (const id of serviceIds as unknown[]) assert.match(String(id), /^service-\d+$/)
  }
  const busy = { schedule: { flexibleWorkHours: { nodes: [{}] }, offtime: { nodes: [{}] } } }
  assert.equal(await seed(Object.fromEntries(demoProviders.map((_, at) => [`p${at}`, busy]))), 0)
})
