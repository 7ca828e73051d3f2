import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity } from '@commonchart/testing'
import { bookingInput, codeOf, createAppointmentMutation, dayAhead, openTestClinic } from './test-clinic.ts'
import type { TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
})
after(() => subgraph.close())

function bookAs(scopes: string[] | null, time: string, more: object): Promise<Answer> {
  const input = bookingInput(clinic, dayAhead(0), time, more)
  return subgraph.ask(createIdentity({ scopes }), createAppointmentMutation, { input })
}

const writer = ['appointments:write']
const skipValidations = true

test('a restricted consumer overrides the booking rules only with the scope of its own for it', async () => {
  assert.equal(codeOf(await bookAs(writer, '10:00', {})), 'accepted')
  const refused = await bookAs(writer, '10:00', { skipValidations })
  assert.deepEqual(refused.errors?.[0]?.extensions, {
    code: 'SCOPE_MISSING',
    scopes: ['appointments:skip-validations'],
    path: 'input.skipValidations',
  })
  const overrider = [...writer, 'appointments:skip-validations']
  assert.equal(codeOf(await bookAs(overrider, '10:00', { skipValidations })), 'accepted')
  assert.equal(codeOf(await bookAs(null, '10:00', { skipValidations })), 'accepted')
})

test('a change that overrides the booking rules needs the scope just as a booking does', async () => {
  const { data } = await bookAs(writer, '11:00', {})
  const { id } = data.createAppointment
  const move = (scopes: string[], more: object) => {
    const { startAt, untilAt } = bookingInput(clinic, dayAhead(0), '20:00')
    const query =
      'mutation ($input: UpdateAppointmentInput!) { updateAppointment(input: $input) { appointment { id } } }'
    return subgraph.ask(createIdentity({ scopes }), query, { input: { id, startAt, untilAt, ...more } })
  }
  assert.equal(codeOf(await move(writer, { skipValidations })), 'SCOPE_MISSING')
  assert.equal(codeOf(await move(writer, {})), 'VALIDATION_FAILED')
  const overrider = [...writer, 'appointments:skip-validations']
  assert.equal(codeOf(await move(overrider, { skipValidations })), 'accepted')
})
