import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startAnsweringGateway, type AnsweringGateway } from '../chart/answering-gateway.ts'
import { catchUp } from './catch-up.ts'
import { EventFile } from './event-file.ts'
import { createEvent, makeFolder } from './test-sender.ts'

const folder = makeFolder()
let gateway: AnsweringGateway
before(async () => {
  gateway = await startAnsweringGateway()
})
after(() => gateway.close())

function change(eventId: string, action = 'patient.updated') {
  const type = action.startsWith('patient') ? 'Patient' : 'Appointment'
  return {
    ...{ eventId, action, type, sequence: '7', id: '3', version: 2 },
    patientId: '12',
    occurredAt: '2026-11-30T12:00:00Z',
  }
}

const page = (nodes: object[], endCursor: string, hasNextPage = false) => ({
  body: { data: { changes: { nodes, pageInfo: { endCursor, hasNextPage } } } },
})

async function open(name: string) {
  const file = await EventFile.open(join(folder, name, 'events.ndjson'))
  const cursorFile = join(folder, name, 'cursor')
  const getAddress = () => ({ url: gateway.url, token: 'token' })
  return { file, cursorFile, getAddress }
}

test('what no delivery brought is stored once, page by page, and the place is kept', async () => {
  const options = await open('pages')
  await options.file.add(createEvent({ eventId: 'b' }), { via: 'delivery' })
  gateway.answers.splice(
    0,
    Infinity,
    page([change('a'), change('b')], 'one', true),
    page([change('c')], 'two'),
  )
  gateway.asked.length = 0
  assert.equal(await catchUp(options), 2)
  assert.deepEqual(
    gateway.asked.map(({ variables }) => variables.after),
    [null, 'one'],
  )
  gateway.answers.splice(0, Infinity, page([], 'two'))
  assert.equal(await catchUp(options), 0)
  assert.equal(gateway.asked.at(-1)?.variables.after, 'two')
  await options.file.close()
  const again = await EventFile.open(join(folder, 'pages', 'events.ndjson'))
  assert.deepEqual(
    again.stored.map(({ event, via }) => [event.eventId, via]),
    [
      ['b', 'delivery'],
      ['a', 'changes'],
      ['c', 'changes'],
    ],
  )
  await again.close()
})

test('a page that could not be stored is read again: the place has not moved', async () => {
  const options = await open('crash')
  gateway.answers.splice(0, Infinity, page([change('a')], 'one'))
  await options.file.close()
  await assert.rejects(catchUp(options))
  assert.equal(existsSync(options.cursorFile), false)
  const again = await open('crash')
  assert.equal(await catchUp(again), 1)
  assert.equal(readFileSync(again.cursorFile, 'utf8'), 'one')
  await again.file.close()
})

test('a change is named as a delivery names it, and what no topic tells of is left out', async () => {
  const options = await open('topics')
  const actions = [
    'patient.imported',
    'patient.archived',
    'appointment.moved',
    'appointment.canceled',
    'patient.x',
  ]
  gateway.answers.splice(
    0,
    Infinity,
    page(
      actions.map((action, at) => change(`t${at}`, action)),
      'one',
    ),
  )
  const topics = ['patient_demographics.updated', 'appointment.updated', 'appointment.canceled']
  assert.equal(await catchUp({ ...options, topics }), 3)
  await options.file.close()
  const { stored } = await EventFile.open(join(folder, 'topics', 'events.ndjson'))
  assert.deepEqual(
    stored.map(({ event }) => [event.topic, event.appointmentId]),
    [
      ['patient_demographics.updated', undefined],
      ['appointment.updated', '3'],
      ['appointment.canceled', '3'],
    ],
  )
})

test('only what the topics tell of is asked for: a consumer may be refused the rest', async () => {
  const options = await open('types')
  const ask = async (topics?: string[]): Promise<unknown> => {
    gateway.answers.splice(0, Infinity, page([], 'one'))
    await catchUp({ ...options, topics })
    return gateway.asked.at(-1)?.variables.types
  }
  assert.deepEqual(await ask(), ['Appointment', 'Patient'])
  assert.deepEqual(await ask(['appointment.created']), ['Appointment'])
  assert.deepEqual(await ask(['patient.merged']), ['Patient'])
  await options.file.close()
})
