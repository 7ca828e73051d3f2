import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, beforeEach, test } from 'node:test'
import { buildSchema, parse, validate } from 'graphql'
import { startTestChart } from './test-chart.ts'

const chart = await startTestChart()
const { gateway, run } = chart
after(() => chart.close())
beforeEach(() => chart.reset())

const schema = buildSchema(
  readFileSync(new URL('../../apps/gateway/operator.graphql', import.meta.url), 'utf8'),
)
const subscription = {
  ...{ id: '3', name: 'Calendar', url: 'https://portal.example/events', topics: ['patient.merged'] },
  ...{ state: 'FAILING', stateReason: 'Nothing was acknowledged.', waiting: 4, lastDeliveredAt: null },
  ...{ lastSequence: '9', consumer: { id: '12', name: 'Portal' } },
  secrets: [{ id: '7', createdAt: '2026-11-30T10:00:00.000Z', lastFour: 'abc=' }],
}
const attempt = { at: '2026-11-30T10:00:00.000Z', durationMs: 12, status: 500, error: 'HTTP_STATUS' }
const delivery = {
  ...{ id: 'd', eventId: 'e', sequence: '9', topic: 'patient.merged', patientId: '1', recordId: '2' },
  ...{ status: 'RETRYING', nextAttemptAt: null, createdAt: attempt.at, deliveredAt: null, isResend: false },
  attempts: [attempt],
}

/** Runs a command that is answered with this, and gives what it printed and the variables that it sent. */
async function runOn(data: object, args: string[]) {
  gateway.answers.splice(0, 1, { body: { data } })
  const { code, out, err } = await run(['events', ...args, '--domain', 'north'])
  const [asked] = gateway.asked
  if (asked) assert.deepEqual(validate(schema, parse(asked.query)), [])
  return { code, said: out + err, variables: asked?.variables as Record<string, Record<string, unknown>> }
}

test('the list shows how it stands with each subscription, and why one fails', async () => {
  const { said } = await runOn({ eventSubscriptions: [subscription] }, ['list'])
  assert.match(said, /3 +Calendar +Portal +failing +4 +never +https:\/\/portal.example\/events/)
  assert.match(said, /3: Nothing was acknowledged/)
})

test('a subscription is made with its topics, and its secret is printed', async () => {
  const made = { secret: 'whsec_x', subscription }
  const more = ['--consumer', '12', '--url', 'https://portal.example/events', '--topic', 'a', 'b', '--paused']
  const { said, variables } = await runOn({ createEventSubscription: made }, ['create', 'Calendar', ...more])
  assert.deepEqual(variables.input?.topics, ['a', 'b'])
  assert.equal(variables.input?.active, false)
  assert.match(said, /shown this once: whsec_x/)
})

test('a subscription is paused, resumed and ended, and its secrets rotate', async () => {
  for (const verb of ['pause', 'resume', 'deactivate']) {
    chart.reset()
    const { said } = await runOn({ [`${verb}EventSubscription`]: { subscription } }, [verb, '3'])
    assert.match(said, /Calendar is failing/)
  }
  chart.reset()
  const added = await runOn({ addEventSubscriptionSecret: { secret: 'whsec_y', subscription } }, [
    ...['secrets', 'add', '3'],
  ])
  assert.match(added.said, /whsec_y/)
  chart.reset()
  const removed = await runOn({ removeEventSubscriptionSecret: { subscription } }, [
    'secrets',
    'remove',
    '3',
    '7',
  ])
  assert.deepEqual(removed.variables.input, { domain: 'north', id: '3', secretId: '7' })
  chart.reset()
  const listed = await runOn({ eventSubscription: subscription }, ['secrets', 'list', '3'])
  assert.match(listed.said, /7 +2026-11-30T10:00:00.000Z +…abc=/)
})

test('the log shows what came of the last attempt', async () => {
  const { said, variables } = await runOn({ eventDeliveries: { nodes: [delivery] } }, [
    ...['deliveries', '3', '--status', 'retrying'],
  ])
  assert.equal(variables.status, 'RETRYING')
  assert.match(said, /9 +\S+ +patient.merged +1 +2 +retrying +1 +500 HTTP_STATUS 12 ms +e/)
  chart.reset()
  const tried = await runOn({ sendTestEvent: { delivery } }, ['test', '3'])
  assert.match(tried.said, /retrying: 500 HTTP_STATUS/)
})

test('what is sent again is said in exactly one way', async () => {
  const { said, variables } = await runOn({ resendEvents: { queued: 5 } }, ['resend', '3', '--since', '9'])
  assert.equal(variables.input?.sinceSequence, '9')
  assert.match(said, /5 event/)
  chart.reset()
  const both = await runOn({}, ['resend', '3', '--since', '9', '--event', 'e'])
  assert.deepEqual([both.code, gateway.asked.length], [2, 0])
})
