/** What one leaf of the audit log says, as its hash covers it and as exports write it. */
export interface LeafFacts {
  domainId: number
  /** UUID, in lower case. */
  id: string
  kind: 'REQUEST' | 'READ' | 'CHANGE'
  /** ISO 8601 in UTC with milliseconds. */
  occurredAt: string
  requestId: string
  actor: { kind: string; id: string; name: string; role: string | null } | null
  keyId: string | null
  ip: string | null
  action: string
  recordType: string | null
  recordId: string | null
  recordVersion: number | null
  patientId: string | null
  fields: string[]
  /** Of a READ: how many records of which type were seen. */
  counts: Record<string, number> | null
  outcome: string
  detailHash: string | null
  durationMs: number | null
  count: number
}

const version = 'commonchart-audit-leaf-v1'
const text = new TextEncoder()
type Value = string | number | null | undefined

/**
 * The canonical bytes of a leaf, over which its hash is made; docs/record.md describes them for outsiders. Every part
 * bears its length, so no two leaves have the same bytes. Texts are well-formed Unicode, as Postgres stores no other.
 */
export function encodeLeaf(facts: LeafFacts): Uint8Array {
  const { actor, counts } = facts
  return concatenate([
    ...[version, facts.domainId, facts.id, facts.kind, facts.occurredAt, facts.requestId].map(encodeValue),
    ...[actor?.kind, actor?.id, actor?.name, actor?.role, facts.keyId, facts.ip].map(encodeValue),
    ...[facts.action, facts.recordType, facts.recordId, facts.recordVersion, facts.patientId].map(
      encodeValue,
    ),
    prefix(concatenate(facts.fields.map(encodeValue))),
    counts ? prefix(encodeCounts(counts)) : encodeValue(null),
    ...[facts.outcome, facts.detailHash, facts.durationMs, facts.count].map(encodeValue),
  ])
}

/** Types and how many, by the bytes of the type's name. */
function encodeCounts(counts: Record<string, number>): Uint8Array {
  const entries = Object.entries(counts).sort(([one], [other]) =>
    compare(text.encode(one), text.encode(other)),
  )
  return concatenate(entries.flat().map(encodeValue))
}

/** The length in four bytes, then UTF-8; numbers in decimal; null is the length 0xFFFFFFFF and nothing. */
function encodeValue(value: Value): Uint8Array {
  if (value === null || value === undefined) return Uint8Array.of(255, 255, 255, 255)
  return prefix(text.encode(String(value)))
}

function prefix(bytes: Uint8Array): Uint8Array {
  const prefixed = new Uint8Array(4 + bytes.length)
  new DataView(prefixed.buffer).setUint32(0, bytes.length)
  prefixed.set(bytes, 4)
  return prefixed
}

function concatenate(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function compare(one: Uint8Array, other: Uint8Array): number {
  for (let at = 0; at < Math.min(one.length, other.length); at += 1)
    if (one[at] !== other[at]) return (one[at] ?? 0) - (other[at] ?? 0)
  return one.length - other.length
}
