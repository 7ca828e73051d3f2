import type { AuditChange } from '@commonchart/audit'
import type { EventHandler, RecordChanges } from '@commonchart/subgraph'
import type { Tables } from '../tables.ts'
import { createLeafInsert, insertLeaves, type NewLeaf } from './leaves.ts'

/** Who made changes, and in which request. */
export type ChangeOrigin = Pick<NewLeaf, 'actor' | 'keyId' | 'ip' | 'requestId'>

/** What the event `audit.recorded` carries. */
interface RecordedPayload extends Omit<ChangeOrigin, 'actor'> {
  principal: NonNullable<ChangeOrigin['actor']>
  changes: AuditChange[]
}

/** Makes the leaves of changes. A leaf bears the id of its change, so it is the same by whatever way it comes. */
export function createChangeLeaves(origin: ChangeOrigin, changes: AuditChange[]): NewLeaf[] {
  return changes.map(({ domainId: _, occurredAt, ...change }) => ({
    ...origin,
    ...change,
    kind: 'CHANGE',
    occurredAt: new Date(occurredAt),
    counts: null,
    seen: null,
    outcome: 'SUCCESS',
    durationMs: null,
    count: 1,
  }))
}

/** Takes in what another subgraph changed. */
export const receiveRecordedChanges: EventHandler<Tables> = {
  async together(trx, domainId, events) {
    const leaves = events.flatMap(({ payload }) => {
      const { principal: actor, keyId, ip, requestId, changes } = payload as unknown as RecordedPayload
      if (changes.some((change) => change.domainId !== domainId))
        throw new Error('the changes of one event belong to its domain')
      return createChangeLeaves({ actor, keyId, ip, requestId }, changes)
    })
    await insertLeaves(trx, domainId, leaves)
  },
}

/** Records what this subgraph itself changes, in the transaction of the change. */
export const recordOwnChanges: RecordChanges = (identity, changes) => {
  const { kind, subject: id, name, role, keyId, ip, requestId } = identity
  const [first] = changes
  if (!first) return null
  const origin = { actor: { kind, id, name, role }, keyId, ip, requestId }
  return createLeafInsert(first.domainId, createChangeLeaves(origin, changes))
}
