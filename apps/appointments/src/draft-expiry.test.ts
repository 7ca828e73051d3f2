import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditChange } from '@commonchart/audit'
import { createIdentity, forBothDomains } from '@commonchart/testing'
import { createDraftTasks } from './draft-expiry.ts'
import { book, codeOf, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { expire, hold, listed, send, slotInput } from './test-drafts.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let other: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  ;[clinic, other] = await forBothDomains(({ id }) => openTestClinic(subgraph, id))
})
after(() => subgraph.close())

const stranger = createIdentity({ subject: '2', name: 'Another' })

/** Runs the job as graphile-worker would. */
async function runJob(domainId: number, id: string): Promise<void> {
  const task = createDraftTasks(subgraph.db)['draft_appointment.expire']
  assert.ok(task)
  await task({ domainId, id }, undefined as never)
}

const holders = (domainId: number, id: string) =>
  subgraph.inDomain(domainId, (trx) =>
    trx
      .selectFrom('timeClaim')
      .selectAll()
      .where('holderKind', '=', 'draft')
      .where('holderId', '=', id)
      .execute(),
  )

const expiredEvents = (domainId: number, id: string) =>
  subgraph.inDomain(domainId, (trx) =>
    trx
      .selectFrom('auditEvent')
      .select(['id', 'principal', 'requestId'])
      .where('action', '=', 'draft_appointment.expired')
      .where('recordId', '=', id)
      .execute(),
  )

test('a draft has a job that waits until it expires, and one that is kept moves it', async () => {
  const { id, expiresAt } = await hold(subgraph, clinic, dayAhead(0), '09:00')
  const jobs = async () => {
    const { rows } = await subgraph.admin<{ payload: unknown; run_at: Date }>(
      `SELECT payload, run_at FROM graphile_worker._private_jobs WHERE key = 'draft_appointment.expire:1:${id}'`,
    )
    return rows
  }
  assert.deepEqual(await jobs(), [{ payload: { domainId: 1, id }, run_at: new Date(expiresAt) }])
  const kept = await send(subgraph, clinic, 'update', { id, ...slotInput(clinic, dayAhead(0), '09:00') })
  const later = kept.data.updateDraftAppointment.draftAppointment.expiresAt
  assert.deepEqual(
    (await jobs()).map(({ run_at }) => run_at),
    [new Date(later)],
  )
})

test('the job frees the slot of a draft once, also on two machines at once, and records it as its own', async () => {
  const { id } = await hold(subgraph, clinic, dayAhead(1), '09:00')
  await runJob(1, id)
  assert.equal((await holders(1, id)).length, 1)
  await expire(subgraph, 1, id)
  await Promise.all([runJob(1, id), runJob(1, id), runJob(1, id)])
  await runJob(1, id)
  assert.deepEqual(await holders(1, id), [])
  const events = await expiredEvents(1, id)
  assert.deepEqual(
    events.map(({ principal }) => [principal.kind, principal.name]),
    [['service', 'appointments']],
  )
  const { rows } = await subgraph.admin<{ payload: { type: string; payload: { changes: AuditChange[] } } }>(
    "SELECT payload FROM graphile_worker._private_jobs WHERE payload->>'type' = 'audit.recorded'",
  )
  const told = rows.flatMap(({ payload }) => payload.payload.changes)
  assert.equal(told.filter((change) => change.id === events[0]?.id).length, 1)
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(1), '09:00')), 'accepted')
})

test('the job of one domain leaves the drafts of another alone', async () => {
  const [mine, theirs] = await Promise.all([
    hold(subgraph, clinic, dayAhead(2), '09:00'),
    hold(subgraph, other, dayAhead(2), '09:00'),
  ])
  await expire(subgraph, 1, mine.id)
  await expire(subgraph, 2, theirs.id)
  await runJob(1, theirs.id)
  assert.equal((await holders(2, theirs.id)).length, 1)
})

test('a draft that has expired is not shown, and a late job costs nobody its slot', async () => {
  const { id } = await hold(subgraph, clinic, dayAhead(3), '09:00')
  await expire(subgraph, 1, id)
  const { draftAppointment } = await subgraph.get(
    createIdentity(),
    `{ draftAppointment(id: "${id}") { id } }`,
  )
  assert.equal(draftAppointment, null)
  assert.ok(!(await listed(subgraph, 1)).includes(id))
  const { draftAppointments } = await subgraph.get(createIdentity(), '{ draftAppointments { totalCount } }')
  assert.equal(draftAppointments.totalCount, (await listed(subgraph, 1)).length)
  const booked = await book(subgraph, clinic, dayAhead(3), '09:15')
  assert.equal(codeOf(booked), 'accepted')
  assert.equal((await expiredEvents(1, id)).length, 1)
  await runJob(1, id)
  assert.equal((await expiredEvents(1, id)).length, 1)
})

test('a draft that has expired holds its slot again, unless somebody else has it', async () => {
  const drafts = [
    await hold(subgraph, clinic, dayAhead(4), '09:00'),
    await hold(subgraph, clinic, dayAhead(4), '10:00'),
  ] as const
  for (const { id } of drafts) await expire(subgraph, 1, id)
  await hold(subgraph, clinic, dayAhead(4), '10:00', stranger)
  const keep = (at: 0 | 1, time: string) =>
    send(subgraph, clinic, 'update', { id: drafts[at].id, ...slotInput(clinic, dayAhead(4), time) })
  assert.equal(codeOf(await keep(0, '09:00')), 'accepted')
  assert.equal(codeOf(await keep(1, '10:00')), 'SLOT_TAKEN')
  assert.ok((await listed(subgraph, 1)).includes(drafts[0].id))
})

test('a draft that expired a day ago and holds nothing is forgotten when the next is made', async () => {
  const { id } = await hold(subgraph, clinic, dayAhead(5), '09:00')
  await expire(subgraph, 1, id, '25 hours')
  await hold(subgraph, clinic, dayAhead(5), '10:00')
  assert.equal((await holders(1, id)).length, 1)
  await runJob(1, id)
  await hold(subgraph, clinic, dayAhead(5), '11:00')
  assert.equal(codeOf(await send(subgraph, clinic, 'delete', { id })), 'NOT_FOUND')
})
