import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createClinic, type Clinic } from '../clinic.ts'
import { createDrafts, type Drafts } from '../drafts.ts'
import { assertGuardsVersion, codeOf } from '../mutations.ts'
import { query } from '../record-check.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

let stack: Stack
let clinic: Clinic
let patientId: string
let drafts: Drafts
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
  patientId = (await createPatient(stack.north)).id
  drafts = createDrafts(stack.north, clinic, patientId)
})
after(() => stack.stop())

const slot = (days: number, hour: number) => drafts.slot(days, hour)

test('a draft is made, read, moved and deleted, and says who holds the slot until when', async () => {
  const { clientMutationId, draftAppointment: made } = (
    await drafts.send('create', { ...slot(10, 10), clientMutationId: 'made' })
  ).body.data?.createDraftAppointment
  assert.equal(clientMutationId, 'made')
  assert.deepEqual(await drafts.read(made.id), made)
  const { locationId, providerId, serviceId } = clinic
  assert.deepEqual(
    [made.location.id, made.provider.id, made.service.id, made.version],
    [locationId, providerId, serviceId, 1],
  )
  assert.equal(Date.parse(made.startAt), Date.parse(slot(10, 10).startAt))
  assert.equal(Date.parse(made.expiresAt) - Date.parse(made.createdAt), 15 * 60_000)
  const { __typename, id, consumer } = made.createdBy
  assert.deepEqual([__typename, id], ['EnterpriseApiConsumer', stack.north.consumerId])
  assert.match(consumer, /portal/)
  const other = await createClinic(stack.north)
  const move = { ...slot(10, 12), ...other, id: made.id, clientMutationId: 'moved' }
  const moved = await assertGuardsVersion(
    (expectedVersion) => drafts.send('update', { ...move, expectedVersion }),
    async () => (await drafts.read(made.id)) ?? assert.fail('the draft is there'),
  )
  assert.deepEqual(
    [moved.location.id, moved.provider.id, moved.service?.id].join(),
    [other.locationId, other.providerId, other.serviceId].join(),
  )
  assert.equal(Date.parse(moved.untilAt), Date.parse(move.untilAt))
  const again = await drafts.send('update', { ...move, serviceId: null })
  assert.deepEqual(
    [again.body.data?.updateDraftAppointment.clientMutationId, (await drafts.read(made.id))?.service],
    ['moved', null],
  )
  const deletion = { id: made.id, clientMutationId: 'deleted' }
  assert.equal(codeOf(await drafts.send('delete', { ...deletion, id: '999999' })), 'NOT_FOUND')
  assert.equal(codeOf(await drafts.send('delete', { ...deletion, expectedVersion: 1 })), 'CONFLICT')
  const deleted = await drafts.send('delete', deletion)
  assert.deepEqual(deleted.body.data?.deleteDraftAppointment, {
    clientMutationId: 'deleted',
    deletedDraftAppointmentId: made.id,
  })
  assert.equal(await drafts.read(made.id), null)
})

test('a slot that is held is refused to others, and taken over by who holds it', async () => {
  const { id, createdBy } = await drafts.hold(slot(11, 10), drafts.asSupport)
  assert.deepEqual(
    [createdBy.__typename, Boolean(createdBy.createdAt && createdBy.updatedAt)],
    ['InternalApiConsumer', true],
  )
  assert.match(String(createdBy.id), /^\d+$/)
  assert.equal(codeOf(await drafts.book(slot(11, 10))), 'SLOT_TAKEN')
  assert.equal(codeOf(await drafts.send('create', slot(11, 10))), 'SLOT_TAKEN')
  const own = await drafts.hold(slot(11, 12))
  assert.equal((await drafts.book(slot(11, 12))).body.data?.createAppointment.overbooked, false)
  assert.equal(await drafts.read(own.id), null)
  assert.ok(await drafts.read(id))
})

test('the list meets every filter in each order, and pages', async () => {
  const made = []
  for (const hour of [9, 10, 11]) made.push((await drafts.hold(slot(12, hour))).id)
  const span = { from: slot(12, 9).startAt, to: slot(12, 12).startAt }
  const list = async (args: object) => {
    const { body, text } = await stack.north.ask(
      `query ($from: DateTimeWithTimezone, $to: DateTimeWithTimezone, $locationId: ID, $providerId: ID, $serviceId: ID,
          $orderBy: [DraftAppointmentOrderByInput!], $after: String, $before: String, $first: Int, $last: Int) {
        draftAppointments(from: $from, to: $to, locationId: $locationId, providerId: $providerId, serviceId: $serviceId,
          orderBy: $orderBy, after: $after, before: $before, first: $first, last: $last) {
          totalCount nodes { id } edges { cursor node { id } }
          pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`,
      args,
    )
    assert.equal(body.errors, undefined, text)
    return body.data?.draftAppointments
  }
  const idsOf = async (args: object) =>
    (await list(args)).nodes.map(({ id }: { id: string }) => id) as string[]
  const all = await list(span)
  assert.deepEqual(
    [
      all.totalCount,
      all.nodes.map(({ id }: { id: string }) => id),
      all.edges.map((edge: { node: { id: string } }) => edge.node.id),
    ],
    [3, made, made],
  )
  assert.deepEqual(await idsOf({ ...span, from: slot(12, 10).startAt }), made.slice(1))
  assert.deepEqual(await idsOf({ ...span, to: slot(12, 11).startAt }), made.slice(0, 2))
  for (const name of ['locationId', 'providerId', 'serviceId'] as const) {
    assert.deepEqual(await idsOf({ ...span, [name]: clinic[name] }), made)
    assert.deepEqual(await idsOf({ ...span, [name]: '999' }), [])
  }
  for (const field of ['ID', 'CREATED_AT'])
    for (const direction of ['ASC', 'DESC'])
      assert.deepEqual(
        await idsOf({ ...span, orderBy: [{ field, direction }] }),
        direction === 'ASC' ? made : made.toReversed(),
      )
  const first = await list({ ...span, first: 2 })
  assert.deepEqual(await idsOf({ ...span, after: first.pageInfo.endCursor }), made.slice(2))
  const last = await list({ ...span, last: 1 })
  assert.deepEqual([first.pageInfo.hasNextPage, last.pageInfo.hasPreviousPage], [true, true])
  assert.deepEqual(await idsOf({ ...span, before: last.pageInfo.startCursor }), made.slice(0, 2))
})

test('a draft becomes an appointment with all that is sent, in every status, and in one step', async () => {
  const { id } = await drafts.hold(slot(13, 10))
  const words = { note: 'bring results', reason: 'cough', status: 'CONFIRMED', visitType: 'PHYSICAL_VISIT' }
  const input = {
    ...{ id, ...words, clientMutationId: 'c', serviceId: clinic.serviceId, skipValidations: false },
    ...{ notifyBy: 'NONE', allowNotification: false, allowPractitionerNotification: false },
  }
  assert.equal(codeOf(await drafts.convert({ ...input, expectedVersion: 2 })), 'CONFLICT')
  const { body, text } = await drafts.convert({ ...input, expectedVersion: 1 })
  assert.equal(body.errors, undefined, text)
  const { appointment, ...payload } = body.data?.convertDraftAppointment
  assert.deepEqual(payload, { clientMutationId: 'c' })
  const { note, reason, status, visitType, patient, service } = appointment
  assert.deepEqual({ note, reason, status, visitType }, words)
  assert.deepEqual([patient.id, service.id], [patientId, clinic.serviceId])
  assert.equal(await drafts.read(id), null)
  assert.equal(codeOf(await drafts.convert({ id })), 'NOT_FOUND')
})

test('a conversion warns of notifications that nobody sends, and overrides the rules when it is told to', async () => {
  const recipients = async (hour: number, wish: object) => {
    const { id } = await drafts.hold(slot(14, hour))
    const { body, text } = await drafts.convert({ id, ...wish })
    assert.equal(body.errors, undefined, text)
    assert.equal(codeOf(await drafts.convert({ id })), 'NOT_FOUND', 'nothing is converted twice')
    return ((body.extensions?.warnings ?? []) as { recipients?: string[] }[]).flatMap(
      (each) => each.recipients ?? [],
    )
  }
  for (const [at, notifyBy] of ['DEFAULT', 'BOTH', 'EMAIL', 'SMS'].entries())
    assert.deepEqual(await recipients(9 + at, { notifyBy }), ['patient'])
  assert.deepEqual(await recipients(13, { allowNotification: true }), ['patient'])
  assert.deepEqual(await recipients(14, { allowPractitionerNotification: true }), ['provider'])
  const { id } = await drafts.hold(slot(14, 15))
  const virtual = { id, visitType: 'VIRTUAL_VISIT' }
  assert.equal(codeOf(await drafts.convert(virtual)), 'VALIDATION_FAILED')
  const made = await drafts.convert({ ...virtual, skipValidations: true })
  assert.equal(made.body.data?.convertDraftAppointment.appointment.visitType, 'VIRTUAL_VISIT', made.text)
})

test('of twenty programs at once that convert one draft one gets the appointment', async () => {
  const { id } = await drafts.hold(slot(15, 10))
  const answers = await Promise.all(Array.from({ length: 20 }, () => drafts.convert({ id })))
  assert.deepEqual(
    answers.map(codeOf).toSorted(),
    ['accepted', ...Array.from({ length: 19 }, () => 'NOT_FOUND')].toSorted(),
  )
})

test('a retry under one Idempotency-Key holds one slot, and converts once', async () => {
  const key = randomUUID()
  const creation = `mutation ($input: CreateDraftAppointmentInput!) { createDraftAppointment(input: $input) { draftAppointment { id } } }`
  const answers = await Promise.all(
    Array.from({ length: 5 }, () =>
      stack.north.ask(creation, { input: slot(16, 10) }, { 'idempotency-key': key }),
    ),
  )
  const ids = new Set(
    answers.map(({ body, text }) => body.data?.createDraftAppointment?.draftAppointment.id ?? text),
  )
  assert.equal(ids.size, 1, [...ids].join('\n'))
})

test('a draft that expires is freed by its job, on the record of the service', async () => {
  const { id } = await drafts.hold(slot(17, 10))
  const { domainId } = stack.north
  await query(
    stack,
    'appointments',
    `UPDATE draft_appointment SET expires_at = now() - interval '1 second' WHERE domain_id = $1 AND id = $2`,
    ...[domainId, id],
  )
  assert.equal(await drafts.read(id), null)
  await query(
    stack,
    'appointments',
    `UPDATE graphile_worker._private_jobs SET run_at = now() WHERE key = $1`,
    `draft_appointment.expire:${domainId}:${id}`,
  )
  const held = () =>
    query(
      stack,
      'appointments',
      `SELECT FROM time_claim WHERE domain_id = $1 AND holder_kind = 'draft' AND holder_id = $2`,
      ...[domainId, id],
    )
  await until(async () => (await held()).length === 0, 'the slot is free')
  await until(async () => {
    const leaves = await query<{ principal_name: string }>(
      stack,
      'consumers-audit',
      `SELECT FROM audit_leaf WHERE domain_id = $1 AND action = 'draft_appointment.expired' AND record_id = $2`,
      ...[domainId, id],
    )
    return leaves.length === 1
  }, 'the audit log tells of it')
  assert.ok((await drafts.convert({ id })).body.data?.convertDraftAppointment.appointment.id)
})

test('a draft of one domain is nowhere to be seen or changed from another', async () => {
  const { id } = await drafts.hold(slot(18, 10))
  const theirs = await stack.south.ask(
    'query ($id: ID!) { draftAppointment(id: $id) { id } draftAppointments { totalCount } }',
    { id },
  )
  assert.deepEqual(theirs.body.data, { draftAppointment: null, draftAppointments: { totalCount: 0 } })
  const deletion =
    'mutation ($input: DeleteDraftAppointmentInput!) { deleteDraftAppointment(input: $input) { clientMutationId } }'
  assert.equal(codeOf(await stack.south.ask(deletion, { input: { id } })), 'NOT_FOUND')
})
