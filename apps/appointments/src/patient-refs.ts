import { refusal } from '@commonchart/errors'
import { together } from '@commonchart/database'
import { askOwner, parseId, type Services } from '@commonchart/subgraph'
import { sql, type Transaction } from 'kysely'
import { forgetClosings, readClosings } from './patient-closing.ts'
import { notFound } from './references.ts'
import type { PatientClosingRow, PatientRefRow } from './patient-tables.ts'
import type { Tables } from './tables.ts'

/** What the patients subgraph says of a patient, by events and when asked. */
export interface PatientFacts {
  id: string
  state: 'ACTIVE' | 'ARCHIVED'
  mergedInto: string | null
  version: number
}

/** Keeps what the owner said of patients who can be booked; versions never go back. That one is archived only events tell. */
export async function keepPatients(
  trx: Transaction<Tables>,
  domainId: number,
  patients: PatientFacts[],
): Promise<void> {
  const active = patients.filter(({ state }) => state === 'ACTIVE')
  if (active.length === 0) return
  await trx
    .insertInto('patientRef')
    .values(active.map((facts) => toRow(domainId, facts)))
    .onConflict((conflict) =>
      conflict
        .columns(['domainId', 'id'])
        .doUpdateSet((of) => ({
          state: of.ref('excluded.state'),
          mergedInto: of.ref('excluded.mergedInto'),
          version: of.ref('excluded.version'),
        }))
        .whereRef('patientRef.version', '<', 'excluded.version'),
    )
    .execute()
}

export function toRow(domainId: number, { id, state, mergedInto, version }: PatientFacts): PatientRefRow {
  const into = mergedInto === null || mergedInto === undefined ? null : String(mergedInto)
  return { domainId, id: String(id), state, mergedInto: into, version }
}

/**
 * Finds patients by their ids and holds those who can be booked, so that their records stay open until the transaction ends.
 * Those that are not known here, seem archived or are about to be are asked of the patients subgraph first. Throws
 * `SUBGRAPH_UNAVAILABLE` when it has to be asked and cannot be.
 */
export async function findPatients(
  trx: Transaction<Tables>,
  services: Services,
  domainId: number,
  ids: string[],
): Promise<Map<string, PatientRefRow>> {
  const keys = [...new Set(ids.flatMap((id) => parseId(id) ?? []))]
  const found = new Map<string, PatientRefRow>()
  let open = keys
  let said: Said = { facts: [], closings: [] }
  // Each round is lost only to somebody who announces a closing between an answer of the owner and the lock.
  for (let round = 0; open.length > 0 && round < mostRounds; round += 1) {
    for (const row of await holdOpen(trx, domainId, open, said)) found.set(row.id, row)
    open = open.filter((id) => !found.has(id))
    if (open.length === 0) break
    const closings = await readClosings(trx, domainId, open)
    const facts = await askOwner<PatientFacts>(services, 'patients', { domainId, type: 'patient', ids: open })
    const active = new Set(facts.flatMap(({ id, state }) => (state === 'ACTIVE' ? [String(id)] : [])))
    for (const each of facts) if (each.state !== 'ACTIVE') found.set(String(each.id), toRow(domainId, each))
    said = { facts, closings: closings.filter(({ patientId }) => active.has(patientId)) }
    open = open.filter((id) => active.has(id))
  }
  if (open.length > 0) throw new Error('the records of patients are closed and opened without end')
  return found
}

/** What the owner said of patients, and the announcements from which, by that, nothing came. */
interface Said {
  facts: PatientFacts[]
  closings: PatientClosingRow[]
}

const mostRounds = 10

/**
 * Holds those of the patients who are active and not about to be archived, once what the owner said of them is kept. The owner
 * is never asked under a lock that it may be waiting for: of the others every lock is given up, and with it what was kept.
 */
async function holdOpen(
  trx: Transaction<Tables>,
  domainId: number,
  ids: string[],
  said: Said,
): Promise<PatientRefRow[]> {
  if (ids.length === 0) return []
  const savepoint = sql`SAVEPOINT patients`.execute(trx)
  const facts = said.facts.filter(({ id }) => ids.includes(String(id)))
  if (facts.length > 0) {
    await savepoint
    await keepPatients(trx, domainId, facts)
    await forgetClosings(
      trx,
      said.closings.filter(({ patientId }) => ids.includes(patientId)),
    )
  }
  const [, { rows: held }, closings] = await together([
    savepoint,
    sql<PatientRefRow>`/* prepare hold_patients */
      SELECT domain_id, id, state, merged_into, version FROM patient_ref
      WHERE domain_id = ${domainId} AND id = ANY(${ids}::bigint[]) AND state = 'ACTIVE' ORDER BY id FOR SHARE`.execute(
      trx,
    ),
    // A statement of its own: a closing that was announced before the lock is seen, and a later one waits for the lock.
    readClosings(trx, domainId, ids),
  ])
  const closing = new Set(closings.map(({ patientId }) => patientId))
  const open = held.filter((row) => !closing.has(row.id))
  if (open.length === ids.length) {
    // Nobody waits for it: what it fails by, the next statement fails by too.
    sql`RELEASE SAVEPOINT patients`.execute(trx).catch(() => undefined)
    return open
  }
  await sql`ROLLBACK TO SAVEPOINT patients`.execute(trx)
  return holdOpen(
    trx,
    domainId,
    open.map((row) => row.id),
    said,
  )
}

/** Gives a patient who can be booked, and who stays so until the transaction ends. Throws `NOT_FOUND` and `PATIENT_ARCHIVED`. */
export async function getBookablePatient(
  trx: Transaction<Tables>,
  services: Services,
  domainId: number,
  id: string,
  path: string,
): Promise<string> {
  const key = parseId(id)
  const patient = key === null ? undefined : (await findPatients(trx, services, domainId, [key])).get(key)
  if (!patient) throw notFound(path)
  if (patient.state === 'ARCHIVED')
    throw refusal('PATIENT_ARCHIVED', 'The patient is archived.', { path, mergedInto: patient.mergedInto })
  return patient.id
}
