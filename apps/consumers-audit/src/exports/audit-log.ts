import type { SequencedLeaf } from '@commonchart/audit'
import type { StreamEndpoint } from '@commonchart/subgraph'
import type { Kysely } from 'kysely'
import { getRecordDomain } from '../access/record-callers.ts'
import { listSequencedLeaves } from '../audit/leaf-facts.ts'
import type { Tables } from '../tables.ts'
import { readBatches } from './batches.ts'
import { asNumber, asText, readParameters } from './parameters.ts'

/**
 * Makes `/export/audit-log`: the leaves of a domain's audit log in their order, one JSON object a line, with place, hash and seal: what
 * `chart audit verify` needs to derive the tree anew. `after` begins behind a place.
 */
export const exportAuditLog: StreamEndpoint<Tables> = async (context, given) => {
  const { domain, after } = readParameters<{ domain: string; after: number }>(given, {
    domain: asText,
    after: asNumber,
  })
  const domainId = await getRecordDomain(context, { domain })
  return { contentType: 'application/x-ndjson', chunks: writeLines(context.db, domainId, after ?? -1) }
}

async function* writeLines(db: Kysely<Tables>, domainId: number, after: number): AsyncGenerator<string> {
  const batches = readBatches<SequencedLeaf>(db, domainId, 500, (trx, last, size) =>
    listSequencedLeaves(trx, domainId, { after: last?.sequence ?? after, limit: size }),
  )
  for await (const batch of batches) yield batch.map((leaf) => `${JSON.stringify(leaf)}\n`).join('')
}
