import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { withDomain } from '@commonchart/database'
import { sql, type Transaction } from 'kysely'
import type { NoteTables } from '../fixtures/notes.ts'
import { startNotes } from '../fixtures/running-notes.ts'
import { createDeliveries } from './deliveries.ts'
import type { Services } from './index.ts'

/** Services of which the neighbour, and it alone, fails a number of times; `received` settles with the first delivery that succeeds. */
function createNeighbour(failures: number) {
  let received: (delivery: { path: string; body: Record<string, unknown> }) => void
  const first = new Promise<{ path: string; body: Record<string, unknown> }>(
    (resolve) => (received = resolve),
  )
  let attempts = 0
  const services: Services = {
    post: <Answer>(service: string, path: string, body: unknown) => {
      if (service !== 'neighbour') return Promise.resolve({} as Answer)
      attempts += 1
      if (attempts <= failures) return Promise.reject(new Error('down'))
      received({ path, body: body as Record<string, unknown> })
      return Promise.resolve({} as Answer)
    },
  }
  return { services, first, attempts: () => attempts }
}

test('an event is delivered though its receiver was down at first', async () => {
  const neighbour = createNeighbour(1)
  const notes = await startNotes({ worker: true, services: neighbour.services })
  try {
    const { body } = await notes.ask('mutation { createNote(input: { text: "told" }) { id } }')
    const delivery = await neighbour.first
    assert.equal(delivery.path, '/internal/events')
    assert.equal(delivery.body.type, 'note.changed')
    assert.equal(delivery.body.domainId, 1)
    assert.deepEqual(delivery.body.payload, { id: (body.data?.createNote as { id: string }).id })
    assert.equal(neighbour.attempts(), 2)
  } finally {
    await notes.stop()
  }
})

test('an event that arrives twice, or ten times at once, acts once', async () => {
  const notes = await startNotes({
    events: {
      'thing.seen': async (trx: Transaction<NoteTables>, event) => {
        await trx.insertInto('note').values({ domainId: event.domainId, text: 'seen' }).execute()
      },
    },
  })
  try {
    const body = JSON.stringify({ id: randomUUID(), type: 'thing.seen', domainId: 1, payload: {} })
    const identity = notes.createIdentity({ kind: 'service', subject: 'service:neighbour' })
    const deliver = () =>
      notes.post('/internal/events', body, notes.neighbourSigner.sign(identity, 'notes', body))
    const answers = await Promise.all(Array.from({ length: 10 }, deliver))
    assert.ok(answers.every((answer) => answer.status === 200))
    const seen = await withDomain(notes.db, 1, (trx) => trx.selectFrom('note').select('id').execute())
    assert.equal(seen.length, 1)
    const elsewhere = await withDomain(notes.db, 2, (trx) => trx.selectFrom('note').select('id').execute())
    assert.equal(elsewhere.length, 0)
  } finally {
    await notes.stop()
  }
})

test('only services speak to internal endpoints', async () => {
  const notes = await startNotes()
  try {
    const body = JSON.stringify({ id: randomUUID(), type: 'domain.changed', domainId: 1, payload: {} })
    const response = await notes.post(
      '/internal/events',
      body,
      notes.gatewaySigner.sign(notes.createIdentity(), 'notes', body),
    )
    assert.equal(response.status, 401)
  } finally {
    await notes.stop()
  }
})

test('what is known of a domain never goes back to an older version', async () => {
  const notes = await startNotes()
  try {
    for (const version of [2, 1]) {
      const payload = {
        id: 1,
        name: 'clinic',
        hosts: [`v${version}`],
        state: 'ACTIVE',
        zone: 'America/Toronto',
        contract: null,
        version,
      }
      const body = JSON.stringify({ id: randomUUID(), type: 'domain.changed', domainId: 1, payload })
      const identity = notes.createIdentity({ kind: 'service', subject: 'service:neighbour' })
      assert.equal(
        (await notes.post('/internal/events', body, notes.neighbourSigner.sign(identity, 'notes', body)))
          .status,
        200,
      )
    }
    const { rows } = await sql<{ hosts: string[] }>`SELECT hosts FROM domain_ref`.execute(notes.db)
    assert.deepEqual(rows, [{ hosts: ['v2'] }])
  } finally {
    await notes.stop()
  }
})

test('events that gather while others are on their way leave together, and each that is not taken in is tried again', async () => {
  const bodies: { id?: string; events?: { id: string }[] }[] = []
  const gates: (() => void)[] = []
  const services: Services = {
    post: async <Answer>(_: string, __: string, body: unknown) => {
      bodies.push(body as (typeof bodies)[number])
      if (bodies.length <= 2) await new Promise<void>((open) => gates.push(open))
      return { received: ['3', '5'] } as Answer
    },
  }
  const { deliver } = createDeliveries(services)
  const deliveries = ['1', '2', '3', '4', '5'].map((id) =>
    deliver('neighbour', { id, type: 'note.changed', domainId: 1, payload: {} }),
  )
  for (const open of gates) open()
  const outcomes = await Promise.allSettled(deliveries)
  assert.deepEqual(
    bodies.map(({ id, events }) => id ?? events?.map((event) => event.id)),
    ['1', '2', ['3', '4', '5']],
  )
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  )
})

test('of events that come together each acts once, and one that cannot be taken in keeps back no other', async () => {
  const batches: number[] = []
  const insert = (trx: Transaction<NoteTables>, domainId: number, text: string) =>
    trx.insertInto('note').values({ domainId, text }).execute()
  const notes = await startNotes({
    events: {
      'thing.counted': {
        async together(trx: Transaction<NoteTables>, domainId, events) {
          batches.push(events.length)
          for (const { payload } of events) {
            if (payload.poison) throw new Error('this one cannot be counted')
            await insert(trx, domainId, 'counted')
          }
        },
      },
      'thing.seen': async (trx: Transaction<NoteTables>, { domainId }) =>
        void (await insert(trx, domainId, 'seen')),
    },
  })
  try {
    const event = (type: string, payload = {}) => ({ id: randomUUID(), type, domainId: 1, payload })
    const good = [event('thing.counted'), event('thing.seen'), event('thing.counted')]
    const deliver = async (events: object[]) => {
      const body = JSON.stringify({ events })
      const identity = notes.createIdentity({ kind: 'service', subject: 'service:neighbour' })
      const answer = await notes.post(
        '/internal/events',
        body,
        notes.neighbourSigner.sign(identity, 'notes', body),
      )
      return ((await answer.json()) as { received: string[] }).received.sort()
    }
    const ids = good.map(({ id }) => id).sort()
    assert.deepEqual(
      await deliver([...good, event('thing.counted', { poison: true }), event('thing.unknown')]),
      ids,
    )
    assert.deepEqual(await deliver(good), ids)
    assert.deepEqual(batches, [3, 1, 1, 1])
    const texts = await withDomain(notes.db, 1, (trx) => trx.selectFrom('note').select('text').execute())
    assert.deepEqual(texts.map(({ text }) => text).sort(), ['counted', 'counted', 'seen'])
    assert.equal(notes.logged.filter((line) => line.includes('could not be taken in')).length, 2)
  } finally {
    await notes.stop()
  }
})
