import type { Identity, MutationMark } from '@commonchart/identity'
import type { UsedElements } from '../usage/used-elements.ts'

/** Something that a subgraph wants the caller to know and that did not stop the request. */
export interface Warning {
  code: string
  message: string
  [fact: string]: unknown
}

/** What subgraphs said beside their data, gathered over all fetches of one request. */
export interface Gathered {
  warnings: Warning[]
  /** Response keys of root mutation fields that ran nothing, because their key had been used before. */
  replayed: Set<string>
  /** Subgraphs of which the caller has been told once that they are not there. */
  toldUnavailable: Set<string>
  /** Marks of the root mutation fields, when the request bears an Idempotency-Key. */
  mutations: MutationMark[]
  /** Whether a subgraph answered a mutation of this request, so that something may have happened. */
  mutationAnswered: boolean
  /** Whether a mutation of this request was carried out: `unknown` when one that was sent got no answer. */
  executed: boolean | 'unknown'
  /** What the engine made of the request, once it answered. */
  result: CallResult | null
  /** Whether a mutation was refused because nobody was there to record it; that refusal is not recorded either. */
  refusedUnrecorded: boolean
  /** What each subgraph recorded of its part, for the access record; the caller never sees it. */
  recorded: { subgraph: string; content: unknown }[]
  /** The elements of the schema that a program used; null for people, and when nothing ran. */
  usedElements: UsedElements | null
}

/** An operation and what became of it, as far as it was found in the document. */
export interface CallResult {
  operation: { name: string | null; kind: 'QUERY' | 'MUTATION'; rootFields: string[] } | null
  hasData: boolean
  errorCodes: string[]
}

/** One GraphQL request on its way through the graph: the context of its execution. */
export interface Call {
  requestId: string
  identity: Identity
  idempotencyKey: string | null
  /** When the answer is due, in milliseconds of `Date.now`. */
  deadline: number
  /** Whether the recorder is there: asked before a mutation runs. */
  canRecord: () => Promise<boolean>
  /** One object for the whole request: Apollo Server clones the context, but shallowly. */
  gathered: Gathered
}

export function createCall(parts: Omit<Call, 'gathered'>): Call {
  const gathered: Gathered = {
    warnings: [],
    replayed: new Set(),
    toldUnavailable: new Set(),
    mutations: [],
    mutationAnswered: false,
    executed: false,
    result: null,
    refusedUnrecorded: false,
    recorded: [],
    usedElements: null,
  }
  return { ...parts, gathered }
}

/**
 * Keeps for the record what a program's operation uses, unless that is introspection alone. People use the API through pages
 * that change with it.
 */
export function noteUse({ identity, gathered }: Call, readUse: () => UsedElements): void {
  if (identity.kind !== 'consumer') return
  const used = readUse()
  if (used.elements.length > 0) gathered.usedElements = used
}
