import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditChange } from '@commonchart/audit'
import { createIdentity, createSupportIdentity, forBothDomains } from '@commonchart/testing'
import { offTimeColors } from './colors.ts'
import { codeOf, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  ;[clinic] = await forBothDomains(({ id }) => openTestClinic(subgraph, id))
  const zone = 'mutation ($input: UpdateLocationInput!) { updateLocation(input: $input) { location { id } } }'
  const input = { id: clinic.locationId, timezoneIanaName: 'America/Toronto' }
  await subgraph.get(support, zone, { input })
})
after(() => subgraph.close())

const support = createSupportIdentity()
const fields = `id startAtDate startAtTime endAtDate endAtTime startAt untilAt name memo color version deactivated
  provider { id fullName }`
const mutation = (action: string) => `mutation ($input: ${action}ProviderOffTimeInput!) {
  ${action.charAt(0).toLowerCase()}${action.slice(1)}ProviderOffTime(input: $input) { clientMutationId offTime { ${fields} } } }`
const [create, update, end] = [mutation('Create'), mutation('Update'), mutation('Deactivate')]

const away = (more: object = {}) => ({
  ...{ providerUserId: clinic.providerId, startAtDate: '2026-03-07', endAtDate: '2026-03-08' },
  ...{ startAtTime: '22:00', endAtTime: '04:00', ...more },
})

async function made(input: object): Promise<{ id: string; version: number }> {
  return (await subgraph.get(createIdentity(), create, { input })).createProviderOffTime.offTime
}

test('time off is kept as it was entered and as instants, by a consumer as CHR allows', async () => {
  const input = away({ memo: 'Conference', color: 'SALMON', clientMutationId: 'm' })
  const { createProviderOffTime } = await subgraph.get(createIdentity(), create, { input })
  const { id, ...stored } = createProviderOffTime.offTime
  assert.ok(id)
  assert.equal(createProviderOffTime.clientMutationId, 'm')
  // The clock jumps at two: from ten to four are five hours.
  assert.deepEqual(stored, {
    ...{ startAtDate: '2026-03-07', startAtTime: '22:00', endAtDate: '2026-03-08', endAtTime: '04:00' },
    ...{ startAt: '2026-03-08T03:00:00.000Z', untilAt: '2026-03-08T08:00:00.000Z', name: null },
    ...{ memo: 'Conference', color: offTimeColors.SALMON, version: 1, deactivated: false },
    provider: { id: clinic.providerId, fullName: 'Ada Byron 1' },
  })
  const plain = await subgraph.get(createIdentity(), create, { input: away() })
  assert.equal(plain.createProviderOffTime.offTime.color, offTimeColors.GREY)
  assert.equal(codeOf(await subgraph.ask(createIdentity(), update, { input: { id } })), 'FORBIDDEN')
})

test('the support account changes time off: absent stays, null clears, on the clock on which it was entered', async () => {
  const { id } = await made(away({ memo: 'Away' }))
  const change = async (input: object) =>
    (await subgraph.get(support, update, { input: { id, ...input } })).updateProviderOffTime.offTime
  const named = await change({ name: 'Leave', color: 'MINT' })
  assert.deepEqual(
    [named.name, named.memo, named.color, named.startAt, named.version],
    ['Leave', 'Away', offTimeColors.MINT, '2026-03-08T03:00:00.000Z', 2],
  )
  const cleared = await change({ name: null, memo: null, color: null, startAtTime: '23:30' })
  assert.deepEqual(
    [cleared.name, cleared.memo, cleared.color, cleared.startAt, cleared.startAtDate],
    [null, null, null, '2026-03-08T04:30:00.000Z', '2026-03-07'],
  )
  const days = await change({ startAtDate: '2026-12-01', endAtDate: '2026-12-02', endAtTime: '00:00' })
  assert.deepEqual([days.startAt, days.untilAt], ['2026-12-02T04:30:00.000Z', '2026-12-02T05:00:00.000Z'])
  assert.equal((await change({})).version, 4)
  const stale = await subgraph.ask(support, update, { input: { id, expectedVersion: 1, memo: 'x' } })
  assert.equal(codeOf(stale), 'CONFLICT')
})

test('time off that ends no later than it begins, or of nobody, is refused', async () => {
  const refuse = async (more: object) =>
    rulesOf(await subgraph.ask(createIdentity(), create, { input: away(more) }))
  assert.deepEqual(await refuse({ endAtDate: '2026-03-06' }), ['input.endAtDate TIMES_OUT_OF_ORDER'])
  const same = { endAtDate: '2026-03-07', endAtTime: '22:00', memo: '\0' }
  assert.deepEqual(await refuse(same), ['input.endAtTime TIMES_OUT_OF_ORDER', 'input.memo TEXT'])
  // All of it is skipped by the clock.
  const skipped = { startAtDate: '2026-03-08', startAtTime: '02:15', endAtTime: '02:45' }
  assert.deepEqual(await refuse(skipped), ['input.endAtTime TIMES_OUT_OF_ORDER'])
  const nobody = await subgraph.ask(createIdentity(), create, { input: away({ providerUserId: '999' }) })
  assert.deepEqual(nobody.errors?.[0]?.extensions.paths, ['input.providerUserId'])
  const { id } = await made(away())
  assert.deepEqual(
    rulesOf(await subgraph.ask(support, update, { input: { id, startAtDate: null, endAtTime: null } })),
    ['input.startAtDate REQUIRED', 'input.endAtTime REQUIRED'],
  )
  assert.deepEqual(
    rulesOf(await subgraph.ask(support, update, { input: { id, startAtDate: '2027-01-01' } })),
    ['input.endAtDate TIMES_OUT_OF_ORDER'],
  )
  assert.equal(codeOf(await subgraph.ask(support, update, { input: { id: '999' } })), 'NOT_FOUND')
})

test('time off is listed by time, between days of the clinic, until it is taken back', async () => {
  const day = (date: string, more: object = {}) =>
    made(away({ startAtDate: date, endAtDate: date, startAtTime: '00:00', endAtTime: '23:00', ...more }))
  const ids = [await day('2031-05-03'), await day('2031-05-02'), await day('2031-05-04')].map(({ id }) => id)
  const [third, second, fourth] = ids
  const list = async (args: string) => {
    const query = `{ provider(id: "${clinic.providerId}") { schedule { offtime(${args}) { nodes { id } totalCount pageInfo { endCursor hasNextPage } } } } }`
    const found = (await subgraph.get(createIdentity(), query)).provider.schedule.offtime
    return { ids: found.nodes.map(({ id }: { id: string }) => id), ...found }
  }
  const all = await list('from: "2031-05-01"')
  assert.deepEqual([all.ids, all.totalCount], [[second, third, fourth], 3])
  const first = await list('from: "2031-05-01", first: 1')
  assert.equal(first.pageInfo.hasNextPage, true)
  const next = await list(`from: "2031-05-01", first: 1, after: "${first.pageInfo.endCursor}"`)
  assert.deepEqual(next.ids, [third])
  assert.deepEqual((await list('from: "2031-05-03", to: "2031-05-03"')).ids, [third])
  assert.deepEqual((await list('from: "2031-05-02", to: "2031-05-03"')).ids, [second, third])
  assert.equal((await list('to: "9999-12-31"')).ids.includes(fourth), true)
  const ended = await subgraph.get(support, end, { input: { id: third, expectedVersion: 1 } })
  assert.equal(ended.deactivateProviderOffTime.offTime.deactivated, true)
  assert.deepEqual((await list('from: "2031-05-01"')).ids, [second, fourth])
})

test('time off from one end of the calendar to the other is kept and listed', async () => {
  const whole = {
    startAtDate: '0001-01-01',
    startAtTime: '00:00',
    endAtDate: '9999-12-31',
    endAtTime: '23:59',
  }
  const { id } = await made(away(whole))
  const query = `query ($from: ISO8601Date, $to: ISO8601Date) { provider(id: "${clinic.providerId}") {
    schedule { offtime(from: $from, to: $to) { nodes { id startAtDate endAtDate startAt } } } } }`
  for (const days of [
    { from: '0001-01-01', to: '0001-01-01' },
    { from: '9999-12-31', to: '9999-12-31' },
  ]) {
    const { nodes } = (await subgraph.get(createIdentity(), query, days)).provider.schedule.offtime
    assert.deepEqual(nodes, [
      { id, startAtDate: '0001-01-01', endAtDate: '9999-12-31', startAt: nodes[0].startAt },
    ])
  }
  await subgraph.get(support, end, { input: { id } })
})

test('a change of time off tells its fields and keeps what was before', async () => {
  const { id } = await made(away())
  const told = async (query: string, input: object) => {
    const { extensions } = await subgraph.ask(support, query, { input: { id, ...input } })
    const [change] = (extensions?.recorder as { changes: AuditChange[] }).changes
    const row = await subgraph.inDomain(1, (trx) =>
      trx.selectFrom('auditEvent').selectAll().where('id', '=', String(change?.id)).executeTakeFirstOrThrow(),
    )
    return [change?.action, change?.recordType, row.fields, row.before, row.after]
  }
  assert.deepEqual(await told(update, { name: 'Leave' }), [
    ...['off_time.updated', 'Offtime', ['name'], { name: null }, { name: 'Leave' }],
  ])
  assert.deepEqual(await told(end, {}), [
    ...['off_time.deactivated', 'Offtime', ['deactivated'], { deactivated: false }, { deactivated: true }],
  ])
})

test('imported time off is read on the clock of the clinic, and recorded as an import', async () => {
  const { providerUserId: providerId, ...when } = away({ memo: 'Leave' })
  const item = { ...when, providerId, externalId: { system: 'test', value: 'leave' } }
  const answer = await subgraph.ask(
    support,
    `mutation ($input: [ImportProviderOffTimeInput!]!) { importProviderOffTimes(input: $input) { results { outcome id } } }`,
    { input: [item] },
  )
  const [{ outcome, id }] = answer.data.importProviderOffTimes.results
  assert.equal(outcome, 'CREATED')
  const { changes } = answer.extensions?.recorder as { changes: AuditChange[] }
  assert.deepEqual(
    changes.map(({ action, recordId }) => [action, recordId]),
    [['off_time.imported', id]],
  )
  const row = await subgraph.inDomain(1, (trx) =>
    trx.selectFrom('offTime').selectAll().where('id', '=', Number(id)).executeTakeFirstOrThrow(),
  )
  assert.deepEqual(
    [row.startsAt.toISOString(), row.endsAt.toISOString(), row.zone, row.color],
    ['2026-03-08T03:00:00.000Z', '2026-03-08T08:00:00.000Z', 'America/Toronto', offTimeColors.GREY],
  )
  for (const identity of [createIdentity(), createSupportIdentity({ domainId: 2 })]) {
    const refused = await subgraph.ask(
      identity,
      `mutation ($input: [ImportProviderOffTimeInput!]!) { importProviderOffTimes(input: $input) { results { outcome } } }`,
      { input: [{ ...item, providerId: '999' }] },
    )
    if (identity.kind === 'consumer') assert.equal(codeOf(refused), 'FORBIDDEN')
    else assert.equal(refused.data.importProviderOffTimes.results[0].outcome, 'REFUSED')
  }
})

test('time off of one domain is nowhere to be seen or changed from another', async () => {
  const { id } = await made(away())
  const other = createSupportIdentity({ domainId: 2 })
  for (const query of [update, end])
    assert.equal(codeOf(await subgraph.ask(other, query, { input: { id } })), 'NOT_FOUND')
})
