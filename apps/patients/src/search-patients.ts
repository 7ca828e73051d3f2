import { createHash } from 'node:crypto'
import { refusal } from '@commonchart/errors'
import { clampPageSize, defaultPageSize, type Page } from '@commonchart/subgraph'
import { findCandidates } from './candidates.ts'
import type { Context } from './context.ts'
import { readPatientFacts } from './patient-facts.ts'
import { judgeHit, type SearchReason } from './search-reasons.ts'
import { lookupsOf, readSearch } from './search-text.ts'

export interface SearchArguments {
  text: string
  first?: number | null
  after?: string | null
  includeArchived?: boolean | null
}

/** A patient that a search found, and why. */
export interface SearchHit {
  patientId: string
  score: number
  reasons: SearchReason[]
  /** How rare it is what the patient was found by: it decides between patients that fit equally well. */
  rarity: number
}

/** So many patients are looked at closely; what a search can cost is bounded by it. */
const mostCandidates = 120
/** A patient who fits less than this part as well as the best one is not shown. */
const leastOfBest = 0.6

/** Finds patients that a text may mean, the best ones first. Cursors are bound to the text. */
export async function searchPatients(context: Context, args: SearchArguments): Promise<Page<SearchHit>> {
  const size = clampPageSize(args.first, 'first', context) ?? defaultPageSize
  const signature = createHash('sha256')
    .update(`${args.includeArchived === true} ${args.text.toWellFormed()}`)
    .digest('base64url')
    .slice(0, 8)
  const after = args.after ? readCursor(args.after, signature) : null
  const hits = await rankHits(context, args)
  const left = after ? hits.filter((hit) => compareHits(after, hit) < 0) : hits
  const nodes = left.slice(0, size)
  const edges = nodes.map((node) => ({ cursor: makeCursor(signature, node), node }))
  return {
    edges,
    nodes,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: left.length > nodes.length,
      hasPreviousPage: left.length < hits.length,
    },
  }
}

function rankHits(context: Context, { text, includeArchived }: SearchArguments): Promise<SearchHit[]> {
  const parts = readSearch(text)
  return context.read(async (trx) => {
    const candidates = await findCandidates(trx, context.domainId, lookupsOf(parts), {
      count: mostCandidates,
      share: leastOfBest,
    })
    const ids = candidates.map(({ id }) => id)
    const facts = await readPatientFacts(trx, context.domainId, ids)
    const hits = candidates.flatMap(({ id, score: rarity }) => {
      const found = facts.get(id)
      if (!found || found.mergedInto !== null || (found.archived && !includeArchived)) return []
      const { score, reasons } = judgeHit(parts, found)
      return [{ patientId: id, score, reasons, rarity: Math.round(rarity * 1e6) / 1e6 }]
    })
    hits.sort(compareHits)
    const least = (hits[0]?.score ?? 0) * leastOfBest
    return hits.filter(({ score }) => score > 0 && score >= least)
  })
}

type Place = Pick<SearchHit, 'score' | 'rarity' | 'patientId'>

function compareHits(one: Place, other: Place): number {
  if (one.score !== other.score) return other.score - one.score
  if (one.rarity !== other.rarity) return other.rarity - one.rarity
  return BigInt(one.patientId) < BigInt(other.patientId) ? -1 : one.patientId === other.patientId ? 0 : 1
}

function makeCursor(signature: string, { score, rarity, patientId }: Place): string {
  return Buffer.from(JSON.stringify([signature, score, rarity, patientId])).toString('base64url')
}

function readCursor(cursor: string, signature: string): Place {
  const [signed, score, rarity, patientId, ...more] = parseCursor(cursor)
  const isPlace =
    signed === signature &&
    typeof score === 'number' &&
    typeof rarity === 'number' &&
    typeof patientId === 'string' &&
    /^\d{1,19}$/.test(patientId) &&
    more.length === 0
  if (!isPlace)
    throw refusal('INVALID_CURSOR', 'The cursor in after was not made by a search for this text.', {
      path: 'after',
    })
  return { score, rarity, patientId }
}

function parseCursor(cursor: string): unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(content) ? content : []
  } catch {
    return []
  }
}
