import type { RecordEntry } from './access-record.ts'

/**
 * Writes what goes to `/internal/record`: the length of the header in 4 bytes, big-endian; the header, JSON with the
 * gateway's name and the records; then the request body and the response body of each, in order. No entries: a heartbeat.
 */
export function writeFrame(gateway: string, entries: readonly RecordEntry[]): Buffer {
  const header = Buffer.from(JSON.stringify({ gateway, records: entries.map(({ record }) => record) }))
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(header.length)
  return Buffer.concat([length, header, ...entries.flatMap(({ request, response }) => [request, response])])
}
