import type { AuditChange } from '@commonchart/audit'
import type { Identity } from '@commonchart/identity'
import type { RawBuilder, Transaction } from 'kysely'
import { createEnqueueing, type OutgoingEvent } from './events.ts'

/** What a request saw and changed, gathered while it runs; one object for the whole request. */
export interface Recorded {
  /** Patient, then type, then the ids of the records of this type that the answer shows. */
  reads: Map<string, Map<string, Set<string>>>
  /** Audit events of what was committed. */
  changes: AuditChange[]
}

/** What the gateway is told beside the data, as `extensions.recorder`. */
export interface RecorderContent {
  /** Patients whose data the answer shows: how many records of which type. */
  reads: { patientId: string; types: Record<string, number> }[]
  /** Audit events of what this request changed, committed. */
  changes: AuditChange[]
}

export function createRecorded(): Recorded {
  return { reads: new Map(), changes: [] }
}

/** Notes that the answer shows something of a patient, and which record it shows; the same record again changes nothing. */
export function noteRead(
  { reads }: Recorded,
  patientId: string,
  record: { type: string; id: string } | null,
): void {
  let types = reads.get(patientId)
  if (!types) reads.set(patientId, (types = new Map<string, Set<string>>()))
  if (!record) return
  const ids = types.get(record.type)
  if (ids) ids.add(record.id)
  else types.set(record.type, new Set([record.id]))
}

/** Gives what the gateway is to be told, or null when there is nothing. */
export function toRecorderContent({ reads, changes }: Recorded): RecorderContent | null {
  if (reads.size === 0 && changes.length === 0) return null
  const counted = [...reads].map(([patientId, types]) => ({
    patientId,
    types: Object.fromEntries([...types].map(([type, ids]) => [type, ids.size])),
  }))
  return { reads: counted, changes }
}

/**
 * Makes the statement that tells the audit log of changes, to be run in their own transaction when that is committed. Null
 * when there is nothing to tell; what it throws undoes the changes.
 */
export type RecordChanges = (identity: Identity, changes: AuditChange[]) => RawBuilder<unknown> | null

/** So many changes, each with the names of all fields of a type, stay far below the body that a receiver takes. */
const changesPerEvent = 2000

/**
 * Tells consumers-audit through the outbox, for the case that the gateway dies before it has: each change bears the same
 * id there. One event per transaction, more only when one would be too large.
 */
export const outboxChanges: RecordChanges = (identity, changes) => {
  const { kind, subject: id, name, role, keyId, ip, requestId } = identity
  const domainId = changes[0]?.domainId
  if (domainId === undefined) return null
  const events: OutgoingEvent[] = []
  for (let at = 0; at < changes.length; at += changesPerEvent)
    events.push({
      to: ['consumers-audit'],
      type: 'audit.recorded',
      payload: {
        principal: { kind, id, name, role },
        ...{ keyId, ip, requestId, changes: changes.slice(at, at + changesPerEvent) },
      },
    })
  return createEnqueueing(domainId, events)
}

/** Tells consumers-audit of changes as `outboxChanges` says, for those who change something outside a mutation. */
export async function sendChanges<Tables>(
  trx: Transaction<Tables>,
  identity: Identity,
  changes: AuditChange[],
): Promise<void> {
  await outboxChanges(identity, changes)?.execute(trx)
}
