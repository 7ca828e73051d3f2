import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startTestReceiver, type TestReceiver } from '@commonchart/tools/receiver'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

let stack: Stack
let folder: string
let receiver: TestReceiver
/** By which the receiver catches up: it is a program of the domain. */
let options: string[]
before(async () => {
  stack = await openStack()
  folder = mkdtempSync(join(tmpdir(), 'commonchart-receiver-'))
  const { key, issuer, host } = stack.north
  const keyFile = join(folder, 'key.pem')
  writeFileSync(keyFile, key.privatePem, { mode: 0o600 })
  options = [
    '--endpoint',
    `${stack.url}/graphql`,
    '--issuer',
    issuer,
    '--key',
    keyFile,
    '--domain-host',
    host,
  ]
})
after(async () => {
  await receiver?.stop()
  receiver?.remove()
  await stack.stop()
})

async function change(mutation: string, type: string, input: object, answer: string) {
  const { body, text } = await stack.north.askSettings(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${answer} } }`,
    { input },
  )
  assert.ok(body.data?.[mutation], text)
  return body.data[mutation] as { subscription: { id: string }; secret: string }
}

const storedOf = (patientId: string) =>
  receiver.readStored().filter(({ event }) => event.patientId === patientId)

test('the reference receiver takes what is delivered, reads what it missed, and has each event once', async () => {
  receiver = await startTestReceiver(folder, { options })
  const { port } = new URL(receiver.url)
  const { subscription, secret } = await change(
    'createEventSubscription',
    'CreateEventSubscriptionInput',
    {
      ...{ consumerId: stack.north.consumerId, name: 'Receiver', url: receiver.url },
      topics: ['patient_demographics.created', 'patient_demographics.archived'],
    },
    'subscription { id } secret',
  )
  receiver.writeSecrets(secret)
  const { id } = subscription
  const { id: told } = await createPatient(stack.north)
  await until(async () => storedOf(told).length > 0, 'the event is delivered')
  const [first] = storedOf(told)
  assert.equal(first?.via, 'delivery')
  let posted = ''
  await until(async () => {
    const log = await stack.north.askSettings(
      'query ($id: ID!) { eventDeliveries(subscriptionId: $id, status: DELIVERED) { nodes { payload } } }',
      { id },
    )
    posted = (log.body.data?.eventDeliveries as { nodes: { payload: string }[] }).nodes[0]?.payload ?? ''
    return posted !== ''
  }, 'the log shows it as delivered')
  assert.deepEqual(JSON.parse(posted), first.event)

  await receiver.stop('SIGKILL')
  const { id: missed } = await createPatient(stack.north)
  await until(async () => {
    const { body } = await stack.north.ask(
      `{ changes(types: ["Patient"], afterSequence: "${String(first.event.sequence)}") { nodes { patientId } } }`,
    )
    const { nodes } = body.data?.changes as { nodes: { patientId: string }[] }
    return nodes.some(({ patientId }) => patientId === missed)
  }, 'the change has its place in the log')
  receiver = await startTestReceiver(folder, { port: Number(port), options, secrets: [secret] })
  const [second] = storedOf(missed)
  assert.equal(second?.via, 'changes', 'it has caught up before it takes the first delivery')
  assert.ok(Number(second.event.sequence) > Number(first.event.sequence))

  await change('resendEvents', 'ResendEventsInput', { id, sinceSequence: '0' }, 'queued')
  const known = (eventId: unknown): boolean =>
    receiver.readLines().some((line) => line.result === 'KNOWN' && line.eventId === eventId)
  await until(
    async () => known(first.event.eventId) && known(second.event.eventId),
    'what is delivered once more is recognised, whichever way it came',
  )
  assert.deepEqual([storedOf(told).length, storedOf(missed).length], [1, 1])
})
