import type { UsedElements } from '../usage/used-elements.ts'
import type { RecordEntry } from './access-record.ts'

/**
 * Writes what goes to `/internal/record`: the length of the header in 4 bytes, big-endian; the header, JSON with the
 * gateway's name, the records and the sets of elements that consumers-audit may not have yet; then the request body and the
 * response body of each, in order. No entries: a heartbeat.
 */
export function writeFrame(
  gateway: string,
  entries: readonly RecordEntry[],
  elementSets: readonly UsedElements[] = [],
): Buffer {
  const records = entries.map(({ record }) => record)
  const header = Buffer.from(
    JSON.stringify({ gateway, records, ...(elementSets.length > 0 && { elementSets }) }),
  )
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(header.length)
  return Buffer.concat([length, header, ...entries.flatMap(({ request, response }) => [request, response])])
}
