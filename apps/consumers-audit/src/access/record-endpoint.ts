import { commitTogether } from '@commonchart/database'
import { IdentityError } from '@commonchart/identity'
import { MalformedBody, type BytesEndpoint } from '@commonchart/subgraph'
import type { Kysely } from 'kysely'
import type { Tables } from '../tables.ts'
import type { ElementSet, RecordedRequest } from './access-record.ts'
import { dayOf, instantOf, isWithin, withDays } from './days.ts'
import { storeElementSets } from './element-sets.ts'
import { readFrame } from './frame.ts'
import type { Gateways } from './gateways.ts'
import { storeLargeBodies, storeRecords, type SealedRecord } from './insert-records.ts'
import { createChangeLeaf, createRequestLeaves } from './record-leaves.ts'
import type { KeptRecords, RecordKeys } from './record-keys.ts'
import { sealRequest } from './seal.ts'

export interface RecordEndpointOptions extends KeptRecords {
  gateways: Gateways
}

/**
 * Makes `/internal/record`: takes a frame of access records from a gateway and answers when all of it is committed, each
 * domain's part in one transaction with its audit leaves. Records that are there already stay as they are.
 */
export function createRecordEndpoint(options: RecordEndpointOptions): BytesEndpoint<Tables> {
  const { keys, gateways, retentionDays, now = Date.now } = options
  return async ({ db, identity, body }) => {
    if (identity.subject !== 'service:gateway') throw new IdentityError('only a gateway records requests')
    const { gateway, records, elementSets } = readFrame(body)
    if (records.length === 0) return { recorded: 0, gateways: await gateways.note(gateway) }
    for (const { record } of records)
      if (!isWithin(dayOf(instantOf(record.id)), now(), retentionDays))
        throw new MalformedBody('a record is older than what is kept, or from the future')
    // Two transactions that insert the same ids take them in the same order, so neither waits for the other in a circle.
    records.sort((one, other) => (one.record.id < other.record.id ? -1 : 1))
    const domains = groupByDomain(records)
    const [alive] = await Promise.all([
      gateways.noteOften(gateway),
      ...[...domains].map(([domainId, own]) =>
        recordDomain(db, { domainId, gateway, own, all: records, elementSets, keys }),
      ),
    ])
    return {
      ...{ recorded: records.length, gateways: alive },
      ...(elementSets.length > 0 && { elementSets: elementSets.length }),
    }
  }
}

/** The records of each domain. One that has none, but was changed by another's, has an empty list. */
function groupByDomain(records: RecordedRequest[]): Map<number, RecordedRequest[]> {
  const domains = new Map<number, RecordedRequest[]>()
  const of = (domainId: number): RecordedRequest[] => {
    const known = domains.get(domainId) ?? []
    domains.set(domainId, known)
    return known
  }
  for (const recorded of records) {
    of(recorded.record.domainId).push(recorded)
    for (const change of recorded.record.changes) of(change.domainId)
  }
  return domains
}

async function recordDomain(
  db: Kysely<Tables>,
  part: {
    domainId: number
    gateway: string
    own: RecordedRequest[]
    all: RecordedRequest[]
    elementSets: ElementSet[]
    keys: RecordKeys
  },
): Promise<void> {
  const { domainId, gateway, own, all, elementSets, keys } = part
  const days = new Set(own.map(({ record }) => dayOf(instantOf(record.id))))
  const sealed: SealedRecord[] = await Promise.all(
    own.map(async (recorded) => {
      const { record } = recorded
      const key = await keys.get(domainId, dayOf(instantOf(record.id)))
      return { record, gateway, ...(await sealRequest(key, recorded)) }
    }),
  )
  // Changes are stored whoever told of them first, and also when the request's own domain was committed before.
  const changes = all.flatMap(({ record }) =>
    record.changes
      .filter((change) => change.domainId === domainId)
      .map((change) => createChangeLeaf(record, change)),
  )
  const leaves = sealed.flatMap(({ record, detailHash }) => createRequestLeaves(record, detailHash))
  const records = own.map(({ record }) => record)
  const statements = [
    ...storeElementSets(db, domainId, records, elementSets),
    storeRecords(domainId, sealed, [...leaves, ...changes]).compile(db),
    ...storeLargeBodies(db, domainId, sealed),
  ]
  await withDays(db, days, () => commitTogether(db, domainId, statements))
}
