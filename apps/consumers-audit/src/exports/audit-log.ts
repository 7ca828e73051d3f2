import type { StreamEndpoint } from '@commonchart/subgraph'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { getRecordDomain } from '../access/record-callers.ts'
import type { AuditLeafRow } from '../audit/tables.ts'
import type { Tables } from '../tables.ts'
import { readBatches } from './batches.ts'
import { asNumber, asText, readParameters } from './parameters.ts'

type Row = AuditLeafRow & { sequence: string; leafHash: Buffer; seal: Buffer; leafId: string }

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
  const batches = readBatches<Row>(db, domainId, 500, async (trx, last, size) => {
    const { rows } = await sql<Row>`
      SELECT place.sequence, place.leaf_hash, place.seal, place.leaf_id, leaf.*
      FROM (
        SELECT * FROM audit_sequence WHERE domain_id = ${domainId} AND sequence > ${last?.sequence ?? after}::bigint
        ORDER BY sequence LIMIT ${size}
      ) AS place
      LEFT JOIN audit_leaf leaf ON leaf.domain_id = ${domainId} AND leaf.id = place.leaf_id
      ORDER BY place.sequence`.execute(trx)
    return rows
  })
  for await (const batch of batches)
    yield batch.map((row) => `${JSON.stringify(describe(domainId, row))}\n`).join('')
}

/** A leaf that its place names and that is not there any more has no facts: the verifier says so. */
function describe(domainId: number, row: Row): object {
  const { sequence, leafHash, seal, leafId, id } = row
  return {
    sequence: Number(sequence),
    leafId,
    leafHash: leafHash.toString('base64'),
    seal: seal.toString('base64'),
    facts: id === null ? null : describeFacts(domainId, row),
  }
}

function describeFacts(domainId: number, row: Row): object {
  const { id, kind, occurredAt, requestId, actorKind, actorId, actorName, actorRole, keyId, ip } = row
  const { action, recordType, recordId, recordVersion, patientId, fields, counts } = row
  const { outcome, detailHash, durationMs, count } = row
  const actor = actorKind === null ? null : { kind: actorKind, id: actorId, name: actorName, role: actorRole }
  return {
    ...{ domainId, id, kind, occurredAt: occurredAt.toISOString(), requestId, actor, keyId, ip },
    ...{ action, recordType, recordId, recordVersion, patientId, fields, counts },
    ...{ outcome, detailHash, durationMs, count },
  }
}
