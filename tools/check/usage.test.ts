import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readUsage, UnreadableUsage } from './usage.ts'

const options = { days: 90, now: new Date('2026-11-30T12:00:00Z') }
const line = JSON.stringify({
  ...{
    domain: 'north',
    consumer: { id: '3', name: 'Portal' },
    graph: 'ENTERPRISE',
    element: 'Patient.email',
  },
  ...{ requests: 431, lastUsedAt: '2026-11-20T08:00:00.000Z' },
})

test('the use of an element names each consumer once', () => {
  const usage = readUsage(
    `${line}\n${line.replace('Patient.email', 'Patient.fax').replace('431', '12')}\n`,
    options,
  )
  const [email] = usage.of('Patient.email')
  assert.deepEqual(
    [email?.domain, email?.consumer, email?.requests, email?.isAtLeast],
    ['north', { id: '3', name: 'Portal' }, 431, false],
  )
  assert.deepEqual(
    usage.of('Patient.email', 'Patient.fax').map(({ requests, isAtLeast }) => [requests, isAtLeast]),
    [[431, true]],
  )
  assert.deepEqual(usage.of('Patient.name'), [])
})

for (const [what, text] of [
  ['was cut off', `${line}\n${line.slice(0, 40)}`],
  ['says nothing', ''],
  ['tells only of people', line.replace('ENTERPRISE', 'SETTINGS')],
  ['has no number of requests', line.replace('431', '"many"')],
  ['has no day', line.replace('2026-11-20T08:00:00.000Z', 'lately')],
  ['is of another form', '{"element":"Patient.email"}'],
] as const)
  test(`a file that ${what} is refused: it would call unused what is used`, () => {
    assert.throws(() => readUsage(text, options), UnreadableUsage)
  })
