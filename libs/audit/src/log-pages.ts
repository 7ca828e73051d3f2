import type { SequencedLeaf } from './bad-leaf.ts'
import type { LeafFacts, SeenGroup } from './leaf.ts'

/** Asks the settings graph of a domain, or the operator's with the domain's name, and gives the data. */
export type AskLog = (query: string, variables: Record<string, unknown>) => Promise<Record<string, unknown>>

/** An event of the audit log as the graph gives it. */
export interface GraphEvent extends Omit<LeafFacts, 'domainId' | 'ip' | 'counts' | 'seen'> {
  ipAddress: string | null
  counts: GraphCount[] | null
  /** Empty but of a READ of several patients. */
  seen: (Omit<SeenGroup, 'counts'> & { counts: GraphCount[] })[]
}

interface GraphCount {
  type: string
  count: number
}

/** A page of a list that is read to its end. */
interface LogPage<Node> {
  nodes: Node[]
  endCursor: string | null
  hasNextPage: boolean
}

/** Selects all facts of an event. */
export const eventFacts = `id kind occurredAt requestId actor { kind id name role } keyId ipAddress action recordType
  recordId recordVersion patientId fields counts { type count } seen { counts { type count } patientIds } outcome detailHash
  durationMs count`

/** The facts of an event, from which its leaf is encoded. */
export function readEventFacts(
  { ipAddress, counts, seen, ...facts }: GraphEvent,
  domainId: number,
): LeafFacts {
  return {
    ...facts,
    domainId,
    ip: ipAddress,
    counts: counts && readCounts(counts),
    seen:
      seen.length === 0
        ? null
        : seen.map((group) => ({ counts: readCounts(group.counts), patientIds: group.patientIds })),
  }
}

function readCounts(counts: GraphCount[]): Record<string, number> {
  return Object.fromEntries(counts.map(({ type, count }) => [type, count]))
}

/**
 * Reads all leaves of an audit log in order, page by page. `domain` is given on the operator's graph alone, where null is
 * the platform.
 */
export async function* readLogPages(ask: AskLog, domain?: string | null): AsyncGenerator<SequencedLeaf> {
  const query = `query ($after: String, ${domainParts(domain).parameter}) {
    auditLeaves(after: $after, first: 1000, ${domainParts(domain).argument}) {
      nodes { sequence leafHash seal listedUnder domainId event { ${eventFacts} } } endCursor hasNextPage } }`
  type Node = Omit<SequencedLeaf, 'sequence' | 'facts'> & {
    sequence: string
    domainId: number
    event: GraphEvent | null
  }
  for await (const { sequence, event, domainId, ...leaf } of readPages<Node>(
    ask,
    query,
    'auditLeaves',
    domain,
  ))
    yield { ...leaf, sequence: Number(sequence), facts: event && readEventFacts(event, domainId) }
}

/** Reads the ids of leaves that have no place in the log and are not waiting for one. */
export async function* readUnsequencedPages(
  ask: AskLog,
  domain?: string | null,
): AsyncGenerator<{ id: string }> {
  const query = `query ($after: String, ${domainParts(domain).parameter}) {
    auditUnsequenced(after: $after, ${domainParts(domain).argument}) { nodes { id } endCursor hasNextPage } }`
  yield* readPages<{ id: string }>(ask, query, 'auditUnsequenced', domain)
}

async function* readPages<Node>(
  ask: AskLog,
  query: string,
  field: string,
  domain: string | null | undefined,
): AsyncGenerator<Node> {
  for (let after: string | null = null; ;) {
    const data = await ask(query, { after, domain })
    const page = data[field] as LogPage<Node>
    yield* page.nodes
    if (!page.hasNextPage) return
    after = page.endCursor
  }
}

/** The settings graph has no argument for a domain. */
function domainParts(domain: string | null | undefined): { parameter: string; argument: string } {
  return domain === undefined
    ? { parameter: '', argument: '' }
    : { parameter: '$domain: String', argument: 'domain: $domain' }
}
