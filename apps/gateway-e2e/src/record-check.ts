import pg from 'pg'
import { isServed, type Heard } from './clients.ts'
import type { Stack } from './stack.ts'

/** What stands in the databases of one domain when all is over, read past every wall. */
interface Stored {
  rows: Map<string, number>
  requestLeaves: Set<string>
  readLeaves: Set<string>
  changeLeaves: Map<string, { requestId: string; count: number }>
  events: Map<string, { requestId: string; action: string; recordId: string }>
  patients: { id: string; version: number; lastName: string }[]
}

/** Refusals that DESIGN names as unrecorded: the recorder, or the registry, was not there. */
const unrecorded = new Set(['AUDIT_UNAVAILABLE', 'REGISTRY_UNAVAILABLE'])

/** Compares what clients heard with what is on the record, and names everything that does not fit. */
export async function findFaults(stack: Stack, domainId: number, history: Heard[]): Promise<string[]> {
  const stored = await readStored(stack, domainId)
  return [
    ...findUnrecorded(history, stored),
    ...findWronglyChanged(history, stored),
    ...findUnpaired(history, stored),
  ]
}

/** How many changes nobody was answered of: their request never got an access row. */
export async function countUnanswered(stack: Stack, domainId: number): Promise<number> {
  const { changeLeaves, rows } = await readStored(stack, domainId)
  return [...changeLeaves.values()].filter(({ requestId }) => !rows.has(requestId)).length
}

const windowMs = 5000

/**
 * Has the product compare its two logs from then until now, in windows so short that no list of faults is cut: gives the
 * requests that only one of them has, and how many changes of patients it says nobody was answered of.
 */
export async function reconcileAll(
  stack: Stack,
  from: Date,
): Promise<{ faults: string[]; unanswered: number }> {
  const end = Date.now()
  const all = { faults: [] as string[], unanswered: 0 }
  for (let at = from.getTime(); at < end;) {
    const { body, text } = await stack.north.askSettings(
      `query ($from: ISO8601DateTime!, $to: ISO8601DateTime!) {
        accessReconciliation(from: $from, to: $to) { withoutLeaf withoutRecord unanswered { action } until }
      }`,
      { from: new Date(at).toISOString(), to: new Date(Math.min(at + windowMs, end)).toISOString() },
    )
    if (!body.data?.accessReconciliation) throw new Error(text)
    const part = body.data.accessReconciliation as {
      withoutLeaf: string[]
      withoutRecord: string[]
      unanswered: { action: string }[]
      until: string
    }
    all.faults.push(...part.withoutLeaf, ...part.withoutRecord)
    all.unanswered += part.unanswered.filter(({ action }) => action.startsWith('patient.')).length
    at = Date.parse(part.until)
  }
  return all
}

function* findUnrecorded(history: Heard[], { rows, requestLeaves, readLeaves }: Stored): Generator<string> {
  for (const { kind, subject, answer } of history) {
    if (!answer) continue
    const id = String(answer.headers['x-request-id'])
    const code = answer.body.errors?.[0]?.extensions.code
    if (answer.status === 503 && unrecorded.has(String(code))) {
      if (answer.body.data) yield `${id}: an unrecorded answer carries data`
      continue
    }
    if (rows.get(id) !== answer.status) yield `${id}: answered ${answer.status}, recorded ${rows.get(id)}`
    if (!requestLeaves.has(id)) yield `${id}: has no leaf`
    if (!isServed(answer)) continue
    for (const patient of shownPatients(kind, subject, answer.body.data ?? {}))
      if (!readLeaves.has(`${id} ${patient}`)) yield `${id}: showed patient ${patient}, on no leaf`
  }
}

function shownPatients(kind: Heard['kind'], subject: string, data: Record<string, unknown>): string[] {
  switch (kind) {
    case 'read':
    case 'update':
      return [subject]
    case 'list':
      return (data.patients as { nodes: { id: string }[] }).nodes.map(({ id }) => id)
    case 'create':
      return [(data.createPatient as { patient: { id: string } }).patient.id]
  }
}

/** A creation that was answered is there once, one that was not at most once; each version of a patient is one event. */
function* findWronglyChanged(history: Heard[], { patients, events }: Stored): Generator<string> {
  const byName = new Map<string, number>()
  for (const { lastName } of patients) byName.set(lastName, (byName.get(lastName) ?? 0) + 1)
  for (const { kind, subject, answer } of history) {
    if (kind !== 'create') continue
    const times = byName.get(subject) ?? 0
    if (isServed(answer) ? times !== 1 : times > 1) yield `${subject}: is there ${times} times`
  }
  const changes = new Map<string, number>()
  for (const { recordId } of events.values()) changes.set(recordId, (changes.get(recordId) ?? 0) + 1)
  for (const { id, version } of patients)
    if (changes.get(id) !== version) yield `patient ${id}: version ${version}, ${changes.get(id)} events`
}

/** Every event of the subgraph is one leaf and every leaf an event, and who was answered is on the access log. */
function* findUnpaired(
  history: Heard[],
  { events, changeLeaves, rows, requestLeaves }: Stored,
): Generator<string> {
  for (const [id, { action }] of events)
    if (changeLeaves.get(id)?.count !== 1)
      yield `${action} ${id}: has ${changeLeaves.get(id)?.count ?? 0} leaves`
  for (const id of changeLeaves.keys()) if (!events.has(id)) yield `leaf ${id}: tells of no event`
  for (const id of rows.keys()) if (!requestLeaves.has(id)) yield `access row ${id}: has no leaf`
  for (const id of requestLeaves) if (!rows.has(id)) yield `request leaf ${id}: has no access row`
  const answered = new Set(
    history.flatMap(({ answer }) => (isServed(answer) ? [String(answer.headers['x-request-id'])] : [])),
  )
  for (const { requestId } of changeLeaves.values())
    if (answered.has(requestId) && !rows.has(requestId)) yield `${requestId}: answered, and has no access row`
}

async function readStored(stack: Stack, domainId: number): Promise<Stored> {
  const audit = await query<{
    id: string
    kind: string
    request_id: string
    patient_id: string | null
    seen: { patientIds: string[] }[] | null
  }>(
    stack,
    'consumers-audit',
    // Changes that are no patient's were made before the clients came, by operators and the support account.
    `SELECT id, kind, request_id, patient_id, seen FROM audit_leaf
      WHERE domain_id = $1 AND (kind <> 'CHANGE' OR record_type = 'Patient')`,
    domainId,
  )
  const access = await query<{ id: string; status: number }>(
    stack,
    'consumers-audit',
    'SELECT id, status FROM access_log WHERE domain_id = $1',
    domainId,
  )
  const events = await query<{ id: string; action: string; record_id: string; request_id: string }>(
    stack,
    'patients',
    `SELECT id, action, record_id, request_id FROM audit_event WHERE domain_id = $1 AND record_type = 'Patient'`,
    domainId,
  )
  const patients = await query<{ id: string; version: number; last_name: string }>(
    stack,
    'patients',
    'SELECT id, version, last_name FROM patient WHERE domain_id = $1',
    domainId,
  )
  const changeLeaves: Stored['changeLeaves'] = new Map()
  for (const { id, request_id: requestId } of audit.filter(({ kind }) => kind === 'CHANGE'))
    changeLeaves.set(id, { requestId, count: (changeLeaves.get(id)?.count ?? 0) + 1 })
  return {
    rows: new Map(access.map(({ id, status }) => [id, status])),
    requestLeaves: new Set(audit.filter(({ kind }) => kind === 'REQUEST').map(({ id }) => id)),
    readLeaves: new Set(
      audit
        .filter(({ kind }) => kind !== 'CHANGE')
        .flatMap(({ request_id: requestId, patient_id: patientId, seen }) =>
          (seen?.flatMap(({ patientIds }) => patientIds) ?? (patientId ? [patientId] : [])).map(
            (id) => `${requestId} ${id}`,
          ),
        ),
    ),
    changeLeaves,
    events: new Map(
      events.map((event) => [
        event.id,
        { requestId: event.request_id, action: event.action, recordId: event.record_id },
      ]),
    ),
    patients: patients.map(({ id, version, last_name: lastName }) => ({ id, version, lastName })),
  }
}

/** Reads one database of the stack as the superuser. */
export async function query<Row extends pg.QueryResultRow>(
  stack: Stack,
  service: string,
  text: string,
  ...values: unknown[]
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: stack.databases[service]?.adminUrl })
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}
