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
  /** Where one patient was seen: how many records of which type. */
  counts: Record<string, number> | null
  /** Where several patients were seen: of whom the same, in an order that is the leaf's own. */
  seen?: SeenGroup[] | null
  outcome: string
  detailHash: string | null
  durationMs: number | null
  count: number
}

/** Patients of whom a request showed the same: how many records of which type of each. */
export interface SeenGroup {
  counts: Record<string, number>
  patientIds: string[]
}

type Value = string | number | null | undefined

/**
 * The canonical bytes of a leaf, over which its hash is made; docs/record.md describes them for outsiders. Every part
 * bears its length, so no two leaves have the same bytes. Texts are well-formed Unicode, as Postgres stores no other.
 */
export function encodeLeaf(facts: LeafFacts): Uint8Array {
  const { actor, counts, seen } = facts
  const bytes = new Bytes()
  bytes.write(
    `commonchart-audit-leaf-v${seen ? 2 : 1}`,
    facts.domainId,
    facts.id,
    facts.kind,
    facts.occurredAt,
    facts.requestId,
  )
  bytes.write(actor?.kind, actor?.id, actor?.name, actor?.role, facts.keyId, facts.ip)
  bytes.write(facts.action, facts.recordType, facts.recordId, facts.recordVersion, facts.patientId)
  bytes.writeList(facts.fields)
  if (counts) bytes.writeList(sortCounts(counts).flat())
  else bytes.write(null)
  bytes.write(facts.outcome, facts.detailHash, facts.durationMs, facts.count)
  if (seen)
    bytes.writeNested(() => {
      for (const group of seen) {
        bytes.writeList(sortCounts(group.counts).flat())
        bytes.writeList(group.patientIds)
      }
    })
  return bytes.take()
}

/** Types and how many, by the bytes of the type's name. */
function sortCounts(counts: Record<string, number>): [string, number][] {
  const entries = Object.entries(counts)
  return entries.length < 2
    ? entries
    : entries.sort(([one], [other]) => compare(text.encode(one), text.encode(other)))
}

const text = new TextEncoder()
const nothing = 0xffffffff

/** Values, each with its length before it. */
class Bytes {
  private bytes = new Uint8Array(1024)
  private view = new DataView(this.bytes.buffer)
  private end = 0

  /** Each is its length in four bytes, then UTF-8; numbers in decimal; null is the length 0xFFFFFFFF and nothing. */
  write(...values: Value[]): void {
    for (const value of values) {
      if (value === null || value === undefined) {
        this.makeRoom(4)
        this.view.setUint32(this.end, nothing)
        this.end += 4
        continue
      }
      const written = String(value)
      this.makeRoom(4 + 3 * written.length)
      const length = text.encodeInto(written, this.bytes.subarray(this.end + 4)).written
      this.view.setUint32(this.end, length)
      this.end += 4 + length
    }
  }

  /** A list is one value, whose bytes are its items. */
  writeList(values: Value[]): void {
    this.writeNested(() => this.write(...values))
  }

  /** Writes one value whose bytes are all that is written meanwhile. */
  writeNested(writeItems: () => void): void {
    this.makeRoom(4)
    const start = this.end
    this.end += 4
    writeItems()
    this.view.setUint32(start, this.end - start - 4)
  }

  take(): Uint8Array {
    return this.bytes.subarray(0, this.end)
  }

  private makeRoom(bytes: number): void {
    if (this.end + bytes <= this.bytes.length) return
    const larger = new Uint8Array(2 * (this.end + bytes))
    larger.set(this.bytes)
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }
}

function compare(one: Uint8Array, other: Uint8Array): number {
  for (let at = 0; at < Math.min(one.length, other.length); at += 1)
    if (one[at] !== other[at]) return (one[at] ?? 0) - (other[at] ?? 0)
  return one.length - other.length
}
