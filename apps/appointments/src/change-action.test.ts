import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditChange } from '@commonchart/audit'
import { createSupportIdentity } from '@commonchart/testing'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
before(async () => {
  subgraph = await openTestSubgraph()
})
after(() => subgraph.close())

const support = createSupportIdentity()
const day = '2099-06-01'

/** Runs a mutation of one input, and gives the record and the actions that were recorded of it. */
async function run(mutation: string, type: string, input: object) {
  const answer = await subgraph.ask(
    support,
    `mutation ($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { ${type} { id } } }`,
    { input },
  )
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors))
  const recorder = answer.extensions?.recorder as { changes: AuditChange[] } | undefined
  return {
    id: answer.data[mutation][type].id as string,
    actions: (recorder?.changes ?? []).map(({ action }) => action),
  }
}

const kinds = [
  ['Location', 'location', { name: 'Main', timezoneIanaName: 'America/Vancouver' }],
  ['Provider', 'provider', { firstName: 'Ann', lastName: 'Lee', email: 'ann@example.test' }],
  ['Service', 'service', { name: 'Visit', slotLength: 30 }],
  ['UserGroup', 'user_group', { name: 'Team' }],
  ['PresentingIssue', 'presenting_issue', { name: 'Cough' }],
  ['AppointmentTag', 'appointment_tag', { name: 'First visit', shortName: 'FV' }],
] as const

for (const [name, noun, input] of kinds)
  test(`the audit log says when a record is taken out of use and when it is brought back: ${noun}`, async () => {
    const type = `${name[0]?.toLowerCase()}${name.slice(1)}`
    const { id } = await run(`create${name}`, type, input)
    const set = async (mutation: string, more: object = {}) =>
      (await run(`${mutation}${name}`, type, { id, ...more })).actions
    assert.deepEqual(await set('update', { deactivated: true }), [`${noun}.deactivated`])
    assert.deepEqual(await set('update', { deactivated: true }), [], 'nothing happened')
    assert.deepEqual(await set('update', { deactivated: false }), [`${noun}.reactivated`])
    assert.deepEqual(await set('deactivate'), [`${noun}.deactivated`])
    const more = name === 'Provider' ? { firstName: 'Bea' } : { name: 'Other' }
    assert.deepEqual(await set('update', more), [`${noun}.updated`])
  })

for (const kind of ['Standard', 'Flexible'])
  test(`the audit log says when ${kind.toLowerCase()} work hours are ended`, async () => {
    const location = await run('createLocation', 'location', { ...kinds[0][2], primary: true })
    const provider = await run('createProvider', 'provider', kinds[1][2])
    const when = kind === 'Standard' ? { weekday: 'MONDAY' } : { startAtDate: day, endAtDate: day }
    const type = `${kind.toLowerCase()}WorkHour`
    const { id } = await run(`create${kind}WorkHour`, type, {
      ...{
        providerUserId: provider.id,
        locationId: location.id,
        serviceIds: [],
        visitType: 'PHYSICAL_VISIT',
      },
      ...{ startAtTime: '09:00', endAtTime: '12:00', ...when },
    })
    const changed = await run(`update${kind}WorkHour`, type, { id, slot: 2 })
    assert.deepEqual(changed.actions, ['work_hour.updated'])
    const ended = await run(`deactivate${kind}WorkHour`, type, { id })
    assert.deepEqual(ended.actions, ['work_hour.deactivated', 'provider.updated'])
  })
