import type { LeafFacts } from '@commonchart/audit'
import { sql, type RawBuilder, type Selectable } from 'kysely'
import type { DomainEventRow } from './tables.ts'
import { topicOf } from './topics.ts'

export type DomainEvent = Selectable<DomainEventRow>

/**
 * Makes the statement that writes down which of some leaves are events, in the transaction that gives them their places: so
 * there is no event that was not committed, and none is left out. Null when none of them is one.
 */
export function createEventInsert(
  domainId: number,
  first: number,
  leaves: readonly LeafFacts[],
): RawBuilder<unknown> | null {
  const events = leaves.flatMap((leaf, at) => {
    const topic = topicOf(leaf)
    if (topic === null || leaf.recordId === null) return []
    const { id, occurredAt, recordId, fields } = leaf
    const patientId = topic === 'patient.merged' ? findKept(leaves, leaf) : leaf.patientId
    return [{ sequence: first + at, id, topic, occurredAt, recordId, patientId, fields }]
  })
  if (events.length === 0) return null
  return sql`/* prepare insert_domain_events */
    INSERT INTO domain_event (domain_id, sequence, event_id, topic, occurred_at, record_id, patient_id, fields)
    SELECT ${domainId}::integer, sequence, id, topic, "occurredAt", "recordId", "patientId", fields
    FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS given (sequence bigint, id uuid, topic text,
      "occurredAt" timestamptz, "recordId" text, "patientId" text, fields text[])`
}

/** The chart that another was merged into: both have a leaf of one transaction, and those get their places together. */
function findKept(leaves: readonly LeafFacts[], merged: LeafFacts): string | null {
  const kept = leaves.find(
    ({ action, requestId, occurredAt, fields }) =>
      action === merged.action &&
      requestId === merged.requestId &&
      occurredAt === merged.occurredAt &&
      !fields.includes('mergedInto'),
  )
  return kept?.recordId ?? merged.patientId
}
