import { isRefusal } from '@commonchart/errors'
import type { DomainExport } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import { openRow, readParts } from '../access/open-record.ts'
import type { RecordKeys } from '../access/record-keys.ts'
import type { AccessLogRow } from '../access/tables.ts'
import { listSequencedLeaves } from '../audit/leaf-facts.ts'
import type { Tables } from '../tables.ts'

/** Bodies may be megabytes each. */
const bodiesAtOnce = 10
const leavesAtOnce = 500

/**
 * Makes what this subgraph's part of an export has beside rows: `access_record`, every request with what was asked and
 * answered, opened; and `audit_log`, the leaves in the form that `chart audit verify` takes. Keys are in no export.
 */
export function createDomainParts(keys: RecordKeys): DomainExport<Tables> {
  return {
    inOtherForm: {
      record_key: 'it opens nothing outside, and whoever kept it would keep what retention destroys',
      access_body: 'what it seals is in access_record',
    },
    withoutColumns: { access_log: ['sealed'] },
    async *further(trx, domainId) {
      for await (const row of openRecords(trx, keys, domainId)) yield { list: 'access_record', row }
      for await (const row of readLeaves(trx, domainId)) yield { list: 'audit_log', row }
    },
  }
}

async function* openRecords(
  trx: Transaction<Tables>,
  keys: RecordKeys,
  domainId: number,
): AsyncGenerator<string> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const rows = await trx
      .selectFrom('accessLog')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(bodiesAtOnce)
      .execute()
    for (const row of rows) yield JSON.stringify({ id: row.id, ...(await openOne(trx, keys, row)) })
    const last = rows.at(-1)
    if (!last || rows.length < bodiesAtOnce) return
    after = last.id
  }
}

/** A record that cannot be opened keeps nobody from having the others: it says why. */
async function openOne(trx: Transaction<Tables>, keys: RecordKeys, row: AccessLogRow): Promise<object> {
  const { domainId, id } = row
  try {
    const sealed = row.sealed ?? (await readParts(trx, domainId, id))
    const { request, response, reads, changes } = await openRow(keys, { domainId, id, sealed })
    return { reads, changes, request: request.toString('utf8'), response: response.toString('utf8') }
  } catch (error) {
    if (!isRefusal(error)) throw error
    return { refused: error.extensions.code }
  }
}

async function* readLeaves(trx: Transaction<Tables>, domainId: number): AsyncGenerator<string> {
  for (let after = -1; ;) {
    const leaves = await listSequencedLeaves(trx, domainId, { after, limit: leavesAtOnce })
    for (const leaf of leaves) yield JSON.stringify(leaf)
    const last = leaves.at(-1)
    if (!last || leaves.length < leavesAtOnce) return
    after = last.sequence
  }
}
