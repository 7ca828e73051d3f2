import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { assertPaged } from '../further-data.ts'
import { assertGuardsVersion, attempt, type AskGraph } from '../mutations.ts'
import { assertPages } from '../pages.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

type Values = Record<string, unknown>

let stack: Stack
let clinic: Clinic
let otherServiceId: string
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
  const { service } = await change(
    stack.north,
    'createService',
    { name: 'Surgery', slotLength: 60 },
    'service { id }',
  )
  otherServiceId = service.id as string
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
const askSettings: AskGraph = (query, variables) => stack.north.askSettings(query, variables)

async function read(from: AskGraph, query: string, variables?: object) {
  const { body, text } = await from(query, variables)
  assert.equal(body.errors, undefined, text)
  return body.data ?? {}
}

/** Sends what changes a record, and gives the record. */
async function write(mutation: string, record: string, fields: string, input: object): Promise<Values> {
  const sent = { clientMutationId: `of ${mutation}`, ...input }
  const payload = await change(stack.north, mutation, sent, `clientMutationId ${record} { ${fields} }`)
  assert.equal(payload.clientMutationId, sent.clientMutationId)
  return payload[record] as Values
}

const english = (value: string) => [{ locale: 'ENGLISH', value }]
const texts = (word: string) => ({
  ...{ name: `${word} name`, internalName: `${word} internal`, searchablePhrase: `${word} phrase` },
  ...{ prepNote: `${word} note`, icon: `${word} icon` },
  ...{ localizedName: english(`${word} n`), localizedInternalName: english(`${word} i`) },
  ...{ localizedSearchablePhrase: english(`${word} s`), localizedPrepNote: english(`${word} p`) },
})
const localized = ['localizedName', 'localizedInternalName', 'localizedSearchablePhrase', 'localizedPrepNote']
const issueFields = `id version color icon ${localized.map((name) => `${name} { locale value }`).join(' ')}`

test('a presenting issue is kept, changed, hidden and brought back, and both graphs show it', async () => {
  const sent = { ...texts('first'), color: '#102030' }
  const { id, version, services, ...made } = await write(
    'createPresentingIssue',
    'presentingIssue',
    `${issueFields} services { nodes { id } }`,
    { ...sent, serviceIds: [clinic.serviceId] },
  )
  const { name: _, internalName: __, searchablePhrase: ___, prepNote: ____, ...shown } = sent
  assert.deepEqual([made, version, services], [shown, 1, { nodes: [{ id: clinic.serviceId }] }])
  const bare = {
    name: 'bare name',
    internalName: 'bare internal',
    searchablePhrase: 'bare phrase',
    prepNote: 'bare note',
  }
  const fields = Object.keys(bare).join(' ')
  assert.deepEqual(await write('createPresentingIssue', 'presentingIssue', fields, bare), bare)
  const query = `query ($id: ID!) { presentingIssue(id: $id) { ${issueFields} name internalName searchablePhrase prepNote } }`
  for (const from of [ask, askSettings]) {
    const { presentingIssue } = await read(from, query, { id })
    const { name, internalName, searchablePhrase, prepNote } = presentingIssue as Values
    assert.deepEqual(
      [name, internalName, searchablePhrase, prepNote],
      ['first n', 'first i', 'first s', 'first p'],
    )
    assert.deepEqual(await read(from, query, { id: '4711' }), { presentingIssue: null })
  }
  const plain = `id version ${issueFields} name internalName searchablePhrase prepNote deactivated services { nodes { id } }`
  const changed = { ...texts('second'), color: '#405060', localizedName: [], localizedInternalName: [] }
  const none = { localizedSearchablePhrase: [], localizedPrepNote: [] }
  const seen = await write('updatePresentingIssue', 'presentingIssue', plain, {
    ...{ id, ...changed, ...none, serviceIds: [otherServiceId], deactivated: true },
  })
  assert.deepEqual(seen, {
    ...{ id, ...changed, ...none, deactivated: true, version: 2 },
    services: { nodes: [{ id: otherServiceId }] },
  })
  await write('updatePresentingIssue', 'presentingIssue', 'id', { id, ...texts('third'), deactivated: false })
  for (const from of [ask, askSettings]) {
    const { presentingIssue } = await read(
      from,
      `query ($id: ID!) { presentingIssue(id: $id) { ${issueFields} } }`,
      { id },
    )
    for (const field of localized)
      assert.deepEqual((presentingIssue as Values)[field], texts('third')[field as 'localizedName'])
  }
})

/** The record that an id names, as a settings mutation answers it or a query reads it. */
const guarded: [record: string, mutation: string, make: () => Promise<Values>, list: string][] = [
  [
    'presentingIssue',
    'PresentingIssue',
    () => write('createPresentingIssue', 'presentingIssue', 'id', { name: 'Guarded' }),
    'presentingIssues(includeDeactivated: true, first: 100) { nodes { id version deactivated } }',
  ],
  [
    'appointmentTag',
    'AppointmentTag',
    () => write('createAppointmentTag', 'appointmentTag', 'id', { name: 'Guarded', shortName: 'G' }),
    'appointmentTags(includeDeactivated: true) { id version deactivated }',
  ],
  [
    'service',
    'Service',
    () => write('createService', 'service', 'id', { name: 'Guarded', slotLength: 5 }),
    'services(includeDeactivated: true) { id version deactivated }',
  ],
  [
    'location',
    'Location',
    () => write('createLocation', 'location', 'id', { name: 'Guarded' }),
    'locations(includeDeactivated: true) { id version deactivated }',
  ],
  [
    'provider',
    'Provider',
    () =>
      write('createProvider', 'provider', 'id', { firstName: 'G', lastName: 'D', email: 'g@example.test' }),
    'providers(includeDeactivated: true) { nodes { id version deactivated } }',
  ],
]

for (const [record, type, make, list] of guarded)
  test(`${record}: who has seen another version neither changes nor deactivates it; deactivated it is hidden`, async () => {
    const { id } = await make()
    const find = async (from: AskGraph, query: string) => {
      const [found] = Object.values(await read(from, `{ ${query} }`)) as [{ nodes?: Values[] } & Values[]]
      return (found.nodes ?? found).find((each) => each.id === id)
    }
    const current = async () => (await find(askSettings, list)) as { version: number; deactivated: boolean }
    const send = (verb: string, input: object) =>
      attempt(
        askSettings,
        `${verb}${type}`,
        { id, clientMutationId: `${verb} it`, ...input },
        `clientMutationId ${record} { id deactivated version }`,
      )
    await assertGuardsVersion(
      (expectedVersion) => send('update', { deactivated: true, expectedVersion }),
      current,
    )
    await assertGuardsVersion(
      (expectedVersion) => send('update', { deactivated: false, expectedVersion }),
      current,
    )
    const after = await assertGuardsVersion(
      (expectedVersion) => send('deactivate', { expectedVersion }),
      current,
    )
    assert.equal(after.deactivated, true)
    const again = await send('deactivate', {})
    const payload = again.body.data?.[`deactivate${type}`]
    assert.deepEqual(payload, {
      clientMutationId: 'deactivate it',
      [record]: { id, deactivated: true, version: after.version },
    })
    for (const from of [ask, askSettings]) {
      assert.equal(
        await find(from, list.replace('includeDeactivated: true', 'includeDeactivated: false')),
        undefined,
      )
      assert.equal((await find(from, list))?.deactivated, true)
    }
  })

test('presenting issues and services are found by each other and by words, page by page', async () => {
  const named: [string, string | undefined, string[]][] = [
    ['Rash', 'itchy red skin', [clinic.serviceId]],
    ['Fever', 'hot', [clinic.serviceId, otherServiceId]],
    ['Redness', undefined, [otherServiceId]],
  ]
  const ids: string[] = []
  for (const [name, searchablePhrase, serviceIds] of named) {
    const made = await write('createPresentingIssue', 'presentingIssue', 'id', {
      name,
      searchablePhrase,
      serviceIds,
    })
    ids.push(made.id as string)
  }
  for (const from of [ask, askSettings]) {
    const find = async (args: string) => {
      const { presentingIssues } = await read(
        from,
        `{ presentingIssues${args && `(${args})`} { nodes { id } } }`,
      )
      return (presentingIssues.nodes as { id: string }[])
        .map(({ id }) => ids.indexOf(id))
        .filter((at) => at >= 0)
    }
    assert.deepEqual(await find(''), [0, 1, 2])
    assert.deepEqual(await find('name: "red"'), [2])
    assert.deepEqual(await find('nameOrSearchablePhrase: "red"'), [0, 2])
    assert.deepEqual(await find('nameOrSearchablePhrase: "HOT "'), [1])
    const services = async (args: string) => {
      const { services } = await read(from, `{ services${args} { id } }`)
      return (services as { id: string }[]).map(({ id }) => id)
    }
    assert.deepEqual(await services(`(presentingIssueId: "${ids[2]}")`), [otherServiceId])
    assert.ok((await services('')).length > 1)
    const nested = async (args: string) => {
      const query = `{ presentingIssue(id: "${ids[1]}") { services${args} { nodes { id } edges { node { id } cursor } totalCount } } }`
      const { services: found } = (await read(from, query)).presentingIssue
      assert.equal(found.totalCount, found.nodes.length)
      assert.deepEqual(
        found.edges.map((edge: Values) => edge.node),
        found.nodes,
      )
      return (found.nodes as { id: string }[]).map(({ id }) => id)
    }
    assert.deepEqual(await nested(''), [clinic.serviceId, otherServiceId])
    assert.deepEqual(await nested('(name: "surg")'), [otherServiceId])
    assert.deepEqual(await nested(`(presentingIssueId: "${ids[0]}")`), [clinic.serviceId])
    await assertPages(from, 'presentingIssues', ['name: ""'])
    const ofIssue = (pages: string) => `presentingIssue(id: "${ids[1]}") { services${pages} }`
    await assertPaged(from, ofIssue, { path: ['presentingIssue', 'services'], key: 'id' })
    const ofService = (pages: string) => `service(id: "${clinic.serviceId}") { presentingIssues${pages} }`
    await assertPaged(from, ofService, { path: ['service', 'presentingIssues'], key: 'id' })
    const { service } = await read(
      from,
      `{ service(id: "${otherServiceId}") { presentingIssues { totalCount } } }`,
    )
    assert.ok(service.presentingIssues.totalCount >= 2)
  }
})

test('a tag is kept and changed, and both graphs list it', async () => {
  const fields = 'id name shortName color version createdAt updatedAt'
  const made = await write('createAppointmentTag', 'appointmentTag', fields, {
    ...{ name: 'Interpreter', shortName: 'Int', color: '#0a0b0c' },
  })
  assert.deepEqual(
    [made.name, made.shortName, made.color, made.version],
    ['Interpreter', 'Int', '#0a0b0c', 1],
  )
  const changed = await write('updateAppointmentTag', 'appointmentTag', `${fields} deactivated`, {
    ...{ id: made.id, name: 'Urgent', shortName: 'Urg', color: '#0d0e0f' },
  })
  const { updatedAt, ...rest } = changed
  assert.deepEqual(rest, {
    ...{ id: made.id, name: 'Urgent', shortName: 'Urg', color: '#0d0e0f', version: 2, deactivated: false },
    createdAt: made.createdAt,
  })
  for (const from of [ask, askSettings]) {
    const { appointmentTags } = await read(from, `{ appointmentTags { ${fields} deactivated } }`)
    assert.deepEqual((appointmentTags as Values[]).at(-1), { ...rest, updatedAt })
  }
})

/** Half an hour, so many days ahead, from that hour on the clock of Vancouver in winter. */
function slot(days: number, hour: number) {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const time = `${day}T${String(hour).padStart(2, '0')}`
  return { startAt: `${time}:00:00-08:00`, untilAt: `${time}:30:00-08:00` }
}

const shown =
  'id version updatedAt patient { id } respondent { id } presentingIssue { id name } tags { id name shortName color }'

async function book(from: AskGraph, input: object): Promise<Values> {
  const query = `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { ${shown} } }`
  return (await read(from, query, { input: { ...clinic, ...input } })).createAppointment as Values
}

async function update(from: AskGraph, input: object): Promise<Values> {
  const query = `mutation ($input: UpdateAppointmentInput!) { updateAppointment(input: $input) { appointment { ${shown} } } }`
  return (await read(from, query, { input })).updateAppointment.appointment as Values
}

test('appointments bear tags and a presenting issue, and are found by tags, statuses and when they changed', async () => {
  const tagIds: string[] = []
  for (const name of ['One', 'Two']) {
    const input = { name, shortName: name.slice(0, 1), color: '#aabbcc' }
    tagIds.push((await write('createAppointmentTag', 'appointmentTag', 'id', input)).id as string)
  }
  const issues: string[] = []
  for (const name of ['Cold', 'Flu'])
    issues.push((await write('createPresentingIssue', 'presentingIssue', 'id', { name })).id as string)
  const tagsOf = (appointment: Values) => (appointment.tags as { id: string }[]).map(({ id }) => id)
  for (const [at, from] of [ask, askSettings].entries()) {
    const { id: respondentId } = await createPatient(stack.north)
    const { id: otherPatientId } = await createPatient(stack.north)
    const hour = 9 + 4 * at
    const booked = await book(from, { ...slot(14, hour), respondentId, tagIds, presentingIssueId: issues[0] })
    assert.deepEqual([booked.patient, booked.respondent], [{ id: respondentId }, { id: respondentId }])
    assert.deepEqual(booked.presentingIssue, { id: issues[0], name: 'Cold' })
    assert.deepEqual(booked.tags, [
      { id: tagIds[0], name: 'One', shortName: 'O', color: '#aabbcc' },
      { id: tagIds[1], name: 'Two', shortName: 'T', color: '#aabbcc' },
    ])
    const input = { ...slot(14, hour + 1), patientId: otherPatientId, tagIds: [tagIds[1]] }
    const other = await book(from, { ...input, status: 'REQUESTED', respondentId: otherPatientId })
    const differs = { ...clinic, ...slot(14, hour + 2), patientId: otherPatientId, respondentId }
    const refused = await from(
      'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id } }',
      { input: differs },
    )
    const [violation] = refused.body.errors?.[0]?.extensions.violations as { path: string; rule: string }[]
    assert.deepEqual([violation?.path, violation?.rule], ['input.respondentId', 'RESPONDENT_DIFFERS'])

    const changed = await update(from, { id: booked.id, presentingIssueId: issues[1], tagIds: [tagIds[0]] })
    assert.deepEqual(
      [changed.presentingIssue, tagsOf(changed)],
      [{ id: issues[1], name: 'Flu' }, [tagIds[0]]],
    )
    const same = await update(from, { id: booked.id, note: 'n' })
    assert.deepEqual([same.presentingIssue, tagsOf(same)], [{ id: issues[1], name: 'Flu' }, [tagIds[0]]])

    const own = new Map([
      [respondentId, booked.id],
      [otherPatientId, other.id],
    ])
    const since = same.updatedAt as string
    assert.ok(since > (other.updatedAt as string))
    for (const [args, expected] of [
      [`tagIds: ["${tagIds[1]}"]`, [other.id]],
      [`tagIds: ["${tagIds[0]}"]`, [booked.id]],
      ['statuses: [REQUESTED, ARRIVED]', [other.id]],
      ['statuses: []', []],
      [`updatedSince: "${since}"`, [booked.id]],
      ['', [booked.id, other.id]],
    ] as [string, unknown[]][]) {
      const list = `appointments${args && `(${args})`} { nodes { id } }`
      const { appointments } = await read(from, `{ ${list} }`)
      const ids = [...own.values()]
      assert.deepEqual(
        idsOf(appointments).filter((id) => ids.includes(id)),
        expected,
        args,
      )
      for (const type of ['patient', 'respondent'])
        for (const [patientId, id] of own) {
          const found = (await read(from, `{ ${type}(id: "${patientId}") { ${list} } }`))[type]
          assert.deepEqual(
            idsOf(found.appointments),
            expected.filter((each) => each === id),
            `${type} ${args}`,
          )
        }
    }
    const cleared = await update(from, { id: booked.id, presentingIssueId: null, tagIds: null })
    assert.deepEqual([cleared.presentingIssue, cleared.tags], [null, []])
  }
})

function idsOf({ nodes }: { nodes: { id: string }[] }): unknown[] {
  return nodes.map(({ id }) => id)
}

test('what is to come is listed by time, without what takes no time', async () => {
  const { id: patientId } = await createPatient(stack.north)
  const booked: unknown[] = []
  for (const hour of [12, 9, 10]) booked.push((await book(ask, { ...slot(20, hour), patientId })).id)
  await book(ask, { ...slot(20, 11), patientId, status: 'CANCELLED' })
  for (const from of [ask, askSettings]) {
    const listed = await assertPages(from, 'upcomingAppointments')
    assert.deepEqual(listed.slice(-3), [booked[1], booked[2], booked[0]])
  }
})

test('nobody is known to have an inbox, or to have none', async () => {
  for (const from of [ask, askSettings]) {
    const list = async (args: string) =>
      (await read(from, `{ providers${args} { nodes { hasInbox } } }`)).providers
    assert.ok((await list('')).nodes.every((provider: Values) => provider.hasInbox === null))
    for (const value of [true, false]) assert.deepEqual(await list(`(hasInbox: ${value})`), { nodes: [] })
  }
})
