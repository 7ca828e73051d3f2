import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditChange } from '@commonchart/audit'
import { createIdentity, createSupportIdentity, forBothDomains } from '@commonchart/testing'
import {
  book,
  bookingInput,
  change,
  codeOf,
  createAppointmentMutation,
  dayAhead,
  openTestClinic,
  rulesOf,
  type TestClinic,
} from './test-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let other: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  ;[clinic, other] = await forBothDomains(({ id }) => openTestClinic(subgraph, id))
})
after(() => subgraph.close())

const support = createSupportIdentity()

/** Runs a settings mutation of one record; `fields` of it are answered. */
function run(
  name: string,
  record: string,
  fields: string,
  input: object,
  identity = support,
): Promise<Answer> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
  return subgraph.ask(
    identity,
    `mutation ($input: ${type}!) { ${name}(input: $input) { clientMutationId ${record} { ${fields} } } }`,
    { input },
  )
}

async function made(name: string, record: string, fields: string, input: object, identity = support) {
  const answer = await run(name, record, fields, input, identity)
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors))
  return answer.data[name][record]
}

const issue = (input: object, fields = 'id') =>
  made('createPresentingIssue', 'presentingIssue', fields, input)
const tag = (name: string) => made('createAppointmentTag', 'appointmentTag', 'id', { name, shortName: name })

const french = (value: string) => [{ locale: 'FRENCH', value }]
const texts = {
  ...{ name: 'Cough', internalName: 'Resp 1', searchablePhrase: 'Sore throat, flu', prepNote: 'Wear a mask' },
  ...{ localizedName: french('Toux'), localizedInternalName: french('Voies 1') },
  ...{ localizedSearchablePhrase: french('Mal de gorge'), localizedPrepNote: french('Portez un masque') },
}
const languages = 'localizedName { locale value } localizedInternalName { locale value }'
const further = 'localizedSearchablePhrase { locale value } localizedPrepNote { locale value }'
const all = `name internalName searchablePhrase prepNote ${languages} ${further} color icon`

test('each field of a presenting issue is stored as it was given, on creation and on change', async () => {
  const whole = { ...texts, color: '#112233', icon: 'lungs' }
  const { id, version, ...created } = await issue(
    { ...whole, serviceIds: [clinic.serviceId] },
    `id version ${all}`,
  )
  assert.deepEqual([created, version], [whole, 1])
  const cleared = { internalName: null, searchablePhrase: null, prepNote: null, color: null, icon: null }
  const none = { localizedInternalName: null, localizedSearchablePhrase: null, localizedPrepNote: null }
  const changed = await made(
    'updatePresentingIssue',
    'presentingIssue',
    `version ${all} services { nodes { id } }`,
    {
      ...{ id, name: 'Cold', localizedName: null, serviceIds: null, expectedVersion: 1 },
      ...{ ...cleared, ...none },
    },
  )
  const empty = Object.fromEntries(Object.keys({ localizedName: null, ...none }).map((each) => [each, []]))
  assert.deepEqual(changed, { version: 2, name: 'Cold', ...cleared, ...empty, services: { nodes: [] } })
  const back = await made('updatePresentingIssue', 'presentingIssue', `version ${all}`, { id, ...whole })
  assert.deepEqual(back, { version: 3, ...whole })
  await made('updatePresentingIssue', 'presentingIssue', 'id', { id, ...whole })
  const { presentingIssue } = await subgraph.get(
    createIdentity(),
    `{ presentingIssue(id: "${id}") { version } }`,
  )
  assert.equal(presentingIssue.version, 3, 'what changes nothing moves no version')
})

test('every rule that a presenting issue or a tag breaks is named, and a stale version refused', async () => {
  const broken = { name: ' ', color: 'red', localizedName: [...french('a'), ...french('b')] }
  assert.deepEqual(rulesOf(await run('createPresentingIssue', 'presentingIssue', 'id', broken)).toSorted(), [
    ...['input.color COLOR', 'input.localizedName LOCALE_TWICE', 'input.name REQUIRED'],
  ])
  const tagged = await run('createAppointmentTag', 'appointmentTag', 'id', {
    name: '',
    shortName: '',
    color: 'x',
  })
  assert.deepEqual(rulesOf(tagged), [
    ...['input.name REQUIRED', 'input.shortName REQUIRED', 'input.color COLOR'],
  ])
  const nowhere = await run('createPresentingIssue', 'presentingIssue', 'id', {
    name: 'x',
    serviceIds: [clinic.serviceId, '99', 'none'],
  })
  assert.deepEqual(nowhere.errors?.[0]?.extensions.paths, ['input.serviceIds.1', 'input.serviceIds.2'])
  const { id } = await issue({ name: 'stale' })
  for (const name of ['updatePresentingIssue', 'deactivatePresentingIssue'])
    assert.equal(codeOf(await run(name, 'presentingIssue', 'id', { id, expectedVersion: 9 })), 'CONFLICT')
  const { id: tagId } = await tag('stale')
  for (const name of ['updateAppointmentTag', 'deactivateAppointmentTag'])
    assert.equal(
      codeOf(await run(name, 'appointmentTag', 'id', { id: tagId, expectedVersion: 9 })),
      'CONFLICT',
    )
})

test('a presenting issue speaks the language of the request and is found by names and words of its phrases', async () => {
  const { id } = await issue({ ...texts, name: 'Éruption', searchablePhrase: 'Itchy red skin' })
  const query = `{ presentingIssue(id: "${id}") { name internalName searchablePhrase prepNote } }`
  const told = await subgraph.get(createIdentity({ language: 'fr' }), query)
  assert.deepEqual(Object.values(told.presentingIssue), [
    'Toux',
    'Voies 1',
    'Mal de gorge',
    'Portez un masque',
  ])
  const found = async (args: string): Promise<boolean> => {
    const { presentingIssues } = await subgraph.get(
      createIdentity(),
      `{ presentingIssues(${args}, first: 100) { nodes { id } } }`,
    )
    return presentingIssues.nodes.some((node: { id: string }) => node.id === id)
  }
  for (const args of ['name: " eruptio"', 'name: "TOUX"', 'nameOrSearchablePhrase: "erup"'])
    assert.equal(await found(args), true, args)
  for (const word of ['itchy', 'RED sk', 'skin', 'gorge', 'mal de g'])
    assert.equal(await found(`nameOrSearchablePhrase: "${word}"`), true, word)
  for (const args of ['name: "itchy"', 'name: "ruption"', 'nameOrSearchablePhrase: "kin"'])
    assert.equal(await found(args), false, args)
  const long = 'Wörter '.repeat(1000)
  await made('updatePresentingIssue', 'presentingIssue', 'id', { id, name: long, searchablePhrase: long })
  assert.equal(await found(`name: "${long}"`), true)
  assert.equal(await found('nameOrSearchablePhrase: "red"'), false, 'what it was called is forgotten')
})

test('services and presenting issues name each other, page by page, without what is out of use', async () => {
  const { serviceId, otherServiceId } = clinic
  const both = (await issue({ name: 'Both', serviceIds: [otherServiceId, serviceId, serviceId] })).id
  const one = (await issue({ name: 'One', serviceIds: [otherServiceId] })).id
  const { presentingIssue, services } = await subgraph.get(
    createIdentity(),
    `{ presentingIssue(id: "${both}") {
        services { nodes { id } totalCount }
        first: services(first: 1) { edges { node { id } } pageInfo { hasNextPage endCursor } }
        named: services(name: "surg") { nodes { id } }
        shared: services(presentingIssueId: "${one}") { nodes { id } }
        none: services(presentingIssueId: "no") { nodes { id } } }
      services(presentingIssueId: "${one}") { id presentingIssues(last: 1) { nodes { id } pageInfo { hasPreviousPage } } } }`,
  )
  const ids = ({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => id)
  assert.deepEqual(ids(presentingIssue.services), [serviceId, otherServiceId])
  assert.equal(presentingIssue.services.totalCount, 2)
  assert.deepEqual(presentingIssue.first.edges, [{ node: { id: serviceId } }])
  assert.equal(presentingIssue.first.pageInfo.hasNextPage, true)
  for (const list of ['named', 'shared']) assert.deepEqual(ids(presentingIssue[list]), [otherServiceId], list)
  assert.deepEqual(ids(presentingIssue.none), [])
  const last = { nodes: [{ id: one }], pageInfo: { hasPreviousPage: true } }
  assert.deepEqual(services, [{ id: otherServiceId, presentingIssues: last }])
  await made('deactivatePresentingIssue', 'presentingIssue', 'deactivated', { id: one, expectedVersion: 1 })
  const after = await subgraph.get(
    createIdentity(),
    `{ service(id: "${otherServiceId}") { presentingIssues { nodes { id } } } presentingIssue(id: "${one}") { deactivated } }`,
  )
  assert.deepEqual(ids(after.service.presentingIssues), [both])
  assert.equal(after.presentingIssue.deactivated, true)
  await made('updatePresentingIssue', 'presentingIssue', 'id', { id: one, deactivated: false })
})

test('an appointment keeps its presenting issue and tags: absent they stay, null clears, each change is recorded', async () => {
  const [first, second] = [(await tag('Urgent')).id, (await tag('Interpreter')).id]
  const presentingIssueId = (await issue({ name: 'Pain' })).id
  const day = dayAhead(1)
  const booked = await book(subgraph, clinic, day, '09:00', {
    tagIds: [second, first, second],
    presentingIssueId,
  })
  const { id } = booked.data.createAppointment
  const recorded = ({ extensions }: Answer) => {
    const [told] = (extensions?.recorder as { changes: AuditChange[] }).changes
    return subgraph.inDomain(1, (trx) =>
      trx.selectFrom('auditEvent').selectAll().where('id', '=', String(told?.id)).executeTakeFirstOrThrow(),
    )
  }
  assert.deepEqual((await recorded(booked)).fields.slice(-2), ['presentingIssueId', 'tagIds'])
  const shown = async () => {
    const query = `{ appointment(id: "${id}") { version presentingIssue { name } tags { id shortName } } }`
    const { appointment } = await subgraph.get(createIdentity(), query)
    return appointment as object
  }
  const tags = [
    { id: first, shortName: 'Urgent' },
    { id: second, shortName: 'Interpreter' },
  ]
  assert.deepEqual(await shown(), { version: 1, presentingIssue: { name: 'Pain' }, tags })
  await change(subgraph, clinic, { id, note: 'n' })
  assert.deepEqual(await shown(), { version: 2, presentingIssue: { name: 'Pain' }, tags })
  await change(subgraph, clinic, { id, tagIds: [second, first], presentingIssueId })
  assert.deepEqual(await shown(), { version: 2, presentingIssue: { name: 'Pain' }, tags })
  const changed = await change(subgraph, clinic, { id, tagIds: [second] })
  const { fields, before, after } = await recorded(changed)
  const ids = [first, second].map(Number)
  assert.deepEqual([fields, before, after], [['tagIds'], { tagIds: ids }, { tagIds: ids.slice(1) }])
  assert.deepEqual(await shown(), { version: 3, presentingIssue: { name: 'Pain' }, tags: [tags[1]] })
  const listed = async (tagId: string) => {
    const query = `{ appointments(tagIds: ["${tagId}"]) { nodes { id } } }`
    return (await subgraph.get(createIdentity(), query)).appointments.nodes as object[]
  }
  assert.deepEqual([await listed(first), await listed(second)], [[], [{ id }]])
  await change(subgraph, clinic, { id, tagIds: null, presentingIssueId: null })
  assert.deepEqual(await shown(), { version: 4, presentingIssue: null, tags: [] })
  assert.deepEqual(await listed(second), [])
})

test('what is not there cannot be put on an appointment; what is out of use can, with a warning', async () => {
  const elsewhere = createSupportIdentity({ domainId: other.domainId })
  const names = Array.from({ length: 30 }, (_, at) => `T${at}`)
  for (const name of names)
    await made('createAppointmentTag', 'appointmentTag', 'id', { name, shortName: name }, elsewhere)
  const day = dayAhead(2)
  const refused = await book(subgraph, clinic, day, '09:00', { tagIds: ['30', 'x'], presentingIssueId: '99' })
  assert.deepEqual(refused.errors?.[0]?.extensions.paths, [
    ...['input.presentingIssueId', 'input.tagIds.0', 'input.tagIds.1'],
  ])
  const [tagId, presentingIssueId] = [(await tag('Old')).id, (await issue({ name: 'Old' })).id]
  await made('deactivateAppointmentTag', 'appointmentTag', 'deactivated', { id: tagId })
  const retired = await run('updatePresentingIssue', 'presentingIssue', 'id', {
    ...{ id: presentingIssueId, deactivated: true },
  })
  const { changes } = retired.extensions?.recorder as { changes: AuditChange[] }
  assert.equal(changes[0]?.action, 'presenting_issue.deactivated')
  const warned = ({ extensions }: Answer) =>
    ((extensions?.warnings ?? []) as { code: string }[]).map(({ code }) => code).toSorted()
  const booked = await book(subgraph, clinic, day, '09:00', { tagIds: [tagId], presentingIssueId })
  assert.deepEqual(warned(booked), ['APPOINTMENT_TAG_DEACTIVATED', 'PRESENTING_ISSUE_DEACTIVATED'])
  const { id } = booked.data.createAppointment
  assert.deepEqual(warned(await change(subgraph, clinic, { id, tagIds: [tagId], presentingIssueId })), [])
  const shown = async (args: string) =>
    (await subgraph.get(createIdentity(), `{ appointmentTags${args} { name } }`)).appointmentTags as {
      name: string
    }[]
  assert.equal(
    (await shown('')).some(({ name }) => name === 'Old'),
    false,
  )
  assert.equal((await shown('(includeDeactivated: true)')).at(-1)?.name, 'Old')
  const tooMany = names.map((_, at) => `"${at}"`).join()
  assert.equal(
    codeOf(await subgraph.ask(createIdentity(), `{ appointments(tagIds: [${tooMany}]) { nodes { id } } }`)),
    'BAD_USER_INPUT',
  )
})

test('the patient may be named by the former name of the field, and by both only if they agree', async () => {
  const day = dayAhead(3)
  const { patientId } = clinic
  const outcome = async (time: string, patient: object) => {
    const input = { ...bookingInput(clinic, day, time), patientId: undefined, ...patient }
    const answer = await subgraph.ask(createIdentity(), createAppointmentMutation, { input })
    return (
      answer.data?.createAppointment?.patient.id ??
      (rulesOf(answer).join() || answer.errors?.[0]?.extensions.path)
    )
  }
  assert.equal(await outcome('09:00', { respondentId: patientId }), patientId)
  assert.equal(await outcome('10:00', { respondentId: patientId, patientId }), patientId)
  assert.equal(
    await outcome('11:00', { respondentId: '77', patientId }),
    'input.respondentId RESPONDENT_DIFFERS',
  )
  assert.equal(await outcome('11:00', {}), 'input.patientId REQUIRED')
  assert.equal(await outcome('11:00', { respondentId: '77' }), 'input.respondentId')
})

test('a deactivated service, location or provider cannot be booked, keeps its appointments and can come back', async () => {
  const day = dayAhead(4)
  const { data } = await book(subgraph, clinic, day, '09:00')
  for (const [name, id, rule] of [
    ['Service', clinic.serviceId, 'SERVICE_DEACTIVATED'],
    ['Location', clinic.locationId, 'LOCATION_DEACTIVATED'],
    ['Provider', clinic.providerId, 'PROVIDER_DEACTIVATED'],
  ] as const) {
    const record = name.toLowerCase()
    const stale = await run(`deactivate${name}`, record, 'id', { id, expectedVersion: 99 })
    assert.equal(codeOf(stale), 'CONFLICT')
    assert.equal(codeOf(await run(`deactivate${name}`, record, 'id', { id: '99' })), 'NOT_FOUND')
    const { version } = await made(`deactivate${name}`, record, 'version', { id })
    assert.deepEqual(await made(`deactivate${name}`, record, 'deactivated version', { id }), {
      ...{ deactivated: true, version },
    })
    assert.deepEqual(rulesOf(await book(subgraph, clinic, day, '10:00')), [`input.${record}Id ${rule}`])
    const query = `{ appointment(id: "${data.createAppointment.id}") { status version } }`
    const { appointment } = await subgraph.get(createIdentity(), query)
    assert.deepEqual(appointment, { status: 'BOOKED', version: 1 })
    await made(`update${name}`, record, 'id', { id, deactivated: false })
  }
  assert.equal(codeOf(await book(subgraph, clinic, day, '10:00')), 'accepted')
})

test('upcoming are the appointments that take time and begin now or later, by time', async () => {
  const ahead = createIdentity({ domainId: other.domainId })
  const late = (await book(subgraph, other, dayAhead(6), '09:00')).data.createAppointment.id
  const soon = (await book(subgraph, other, dayAhead(5), '09:00')).data.createAppointment.id
  for (const status of ['CANCELLED', 'REJECTED', 'NO_SHOW'])
    await book(subgraph, other, dayAhead(5), '11:00', { status })
  await subgraph.admin(
    `INSERT INTO appointment (domain_id, patient_id, location_id, provider_id, starts_at, ends_at, start_wall, end_wall,
       zone, status, visit_type, deactivated, overbooked, version, created_at, updated_at)
     SELECT domain_id, patient_id, location_id, provider_id, now() - interval '1 hour', now() + interval '1 hour',
       start_wall, end_wall, zone, status, visit_type, false, false, 1, now(), now() FROM appointment
     WHERE domain_id = 2 AND id = ${soon}`,
  )
  const list = async (args: string) =>
    (
      await subgraph.get(
        ahead,
        `{ upcomingAppointments${args} { nodes { id } totalCount pageInfo { endCursor } } }`,
      )
    ).upcomingAppointments
  const first = await list('(first: 1)')
  assert.deepEqual([first.nodes, first.totalCount], [[{ id: soon }], 2])
  assert.deepEqual((await list(`(after: "${first.pageInfo.endCursor}")`)).nodes, [{ id: late }])
})

test('whether a provider has an inbox is not known: null, and neither filter meets anybody', async () => {
  const { all, having, lacking } = await subgraph.get(
    createIdentity(),
    `{ all: providers { nodes { hasInbox } } having: providers(hasInbox: true) { totalCount nodes { id } }
       lacking: providers(hasInbox: false) { totalCount nodes { id } } }`,
  )
  assert.deepEqual(all, { nodes: [{ hasInbox: null }] })
  for (const list of [having, lacking]) assert.deepEqual(list, { totalCount: 0, nodes: [] })
})

test('only the support account changes what the clinic offers, and one domain sees nothing of another', async () => {
  for (const [name, record] of [
    ...['create', 'update', 'deactivate'].flatMap((verb) => [
      [`${verb}PresentingIssue`, 'presentingIssue'],
      [`${verb}AppointmentTag`, 'appointmentTag'],
    ]),
    ...['Service', 'Location', 'Provider'].map((each) => [`deactivate${each}`, each.toLowerCase()]),
  ] as [string, string][]) {
    const input = name.startsWith('create')
      ? { name: 'x', ...(/Tag/.test(name) && { shortName: 'x' }) }
      : { id: '1' }
    assert.equal(codeOf(await run(name, record, 'id', input, createIdentity())), 'FORBIDDEN', name)
  }
  const foreign = createIdentity({ domainId: other.domainId })
  const { presentingIssues } = await subgraph.get(foreign, '{ presentingIssues { totalCount } }')
  assert.equal(presentingIssues.totalCount, 0)
  const { presentingIssue } = await subgraph.get(foreign, '{ presentingIssue(id: "1") { id } }')
  assert.equal(presentingIssue, null)
})
