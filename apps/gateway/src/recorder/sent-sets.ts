import type { UsedElements } from '../usage/used-elements.ts'
import type { RecordEntry } from './access-record.ts'

/** So many are remembered; then all are sent once more, which changes nothing. */
const rememberedSets = 50_000

/** Remembers which sets of elements consumers-audit has, so that each travels once for each domain and day. */
export interface SentSets {
  /** The sets of the entries that consumers-audit is not known to have. */
  listMissing(entries: readonly RecordEntry[]): UsedElements[]
  /** Consumers-audit has committed the sets of these entries. */
  keep(entries: readonly RecordEntry[]): void
  /** Nothing is known any more: consumers-audit may have been put back to an earlier state. */
  forget(): void
}

/** Creates a memory with nothing in it. */
export function createSentSets(): SentSets {
  const known = new Set<string>()
  return {
    listMissing(entries) {
      const missing = new Map<string, UsedElements>()
      for (const { record, usedElements } of entries)
        if (usedElements && !known.has(keyOf(record, usedElements)))
          missing.set(usedElements.id, usedElements)
      return [...missing.values()]
    },
    keep(entries) {
      if (known.size > rememberedSets) known.clear()
      for (const { record, usedElements } of entries) if (usedElements) known.add(keyOf(record, usedElements))
    },
    forget: () => known.clear(),
  }
}

/** The day is that of the record's id, whose first 12 hexadecimal digits are milliseconds. */
function keyOf({ id, domainId }: RecordEntry['record'], { id: set }: UsedElements): string {
  const day = Math.floor(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) / dayMs)
  return `${domainId} ${day} ${set}`
}

const dayMs = 86_400_000
