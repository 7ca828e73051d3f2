import { MalformedBody } from '@commonchart/subgraph'
import type { AccessRecord, ElementSet, RecordedRequest } from './access-record.ts'
import { findElementSetFault, findRecordFault } from './record-shape.ts'

/** What a gateway sends to be recorded. Without records it is the heartbeat. */
export interface RecordFrame {
  gateway: string
  records: RecordedRequest[]
  /** What its records name and the gateway did not know to be here. */
  elementSets: ElementSet[]
}

/**
 * Reads a frame: the length of the header in 4 bytes (big-endian), the header as JSON
 * `{ gateway, records, elementSets? }`, then each record's request and response body. Throws `MalformedBody` unless every member and every byte is accounted for.
 */
export function readFrame(body: Buffer): RecordFrame {
  if (body.length < 4) throw new MalformedBody('the frame has no header')
  const headerEnd = 4 + body.readUInt32BE(0)
  if (headerEnd > body.length) throw new MalformedBody('the header is cut off')
  const { gateway, records, elementSets } = readHeader(body.subarray(4, headerEnd))
  let at = headerEnd
  const take = (bytes: number): Buffer => {
    const taken = body.subarray(at, at + bytes)
    at += bytes
    return taken
  }
  const recorded = records.map((record) => ({
    record,
    request: take(record.requestBytes),
    response: take(record.responseBytes),
  }))
  if (at !== body.length) throw new MalformedBody('the bodies are not as long as the header says')
  return { gateway, records: recorded, elementSets }
}

function readHeader(bytes: Buffer): {
  gateway: string
  records: AccessRecord[]
  elementSets: ElementSet[]
} {
  let header: unknown
  try {
    const text = bytes.toString('utf8')
    // Postgres stores no U+0000; no answer is held back for one.
    header = JSON.parse(text, text.includes('\\u0000') ? replaceNul : undefined)
  } catch (error) {
    throw new MalformedBody('the header is not JSON', { cause: error })
  }
  const { gateway, records, elementSets = [] } = (header ?? {}) as Record<string, unknown>
  if (typeof gateway !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(gateway))
    throw new MalformedBody('the header names no gateway')
  if (!Array.isArray(records)) throw new MalformedBody('the header has no list of records')
  const ids = new Set<string>()
  for (const record of records as AccessRecord[]) {
    const fault = findRecordFault(record)
    if (fault) throw new MalformedBody(`a record lacks what it must say: ${fault}`)
    if (ids.has(record.id)) throw new MalformedBody('a record is there twice')
    ids.add(record.id)
  }
  if (!Array.isArray(elementSets)) throw new MalformedBody('the sets of elements are no list')
  for (const set of elementSets as unknown[]) {
    const fault = findElementSetFault(set)
    if (fault) throw new MalformedBody(`a set of elements lacks what it must say: ${fault}`)
  }
  return { gateway, records: records as AccessRecord[], elementSets: elementSets as ElementSet[] }
}

function replaceNul(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value
}
