import { measureDocument, type Measure } from '@commonchart/supergraph'
import type { GraphQLSchema } from 'graphql'
import { RequestRefused } from '../http/answer.ts'
import type { Limits } from './limits.ts'
import { readDocument } from './read-document.ts'

/** So many characters of queries are remembered with what they measure; programs ask the same ones over and over. */
const rememberedCharacters = 16 * 1024 * 1024

type QueryLimits = Pick<Limits, 'tokens' | 'depth' | 'aliases' | 'repeats' | 'spreads' | 'cost'>

/** Refuses queries that ask for too much, before they are validated or planned. */
export interface QueryGate {
  /** Throws `RequestRefused` (QUERY_TOO_COMPLEX) with the limit and what the query has. */
  check(query: string, operationName: string | undefined, variables: Record<string, unknown>): void
}

/** Makes the gate of one graph. */
export function createQueryGate(schema: GraphQLSchema, limits: QueryLimits): QueryGate {
  const known = new Map<string, Map<string, Measure>>()
  let characters = 0

  function measure(query: string): Map<string, Measure> {
    const done = known.get(query)
    if (done) return done
    const document = readDocument(query, limits, refuseOver)
    const measures = document ? measureDocument(document, schema) : new Map<string, Measure>()
    remember(query, measures)
    return measures
  }

  function remember(query: string, measures: Map<string, Measure>): void {
    known.set(query, measures)
    characters += query.length
    for (const oldest of known.keys()) {
      if (characters <= rememberedCharacters) return
      known.delete(oldest)
      characters -= oldest.length
    }
  }

  return {
    check(query, operationName, variables) {
      for (const [name, { depth, aliases, cost }] of measure(query)) {
        refuseOver('depth', depth, limits.depth)
        refuseOver('aliases', aliases, limits.aliases)
        if (operationName === undefined || operationName === name)
          refuseOver('cost', cost(variables), limits.cost)
      }
    },
  }
}

const meanings = {
  tokens: 'names, numbers and marks it is written with',
  nesting: 'brackets within brackets',
  depth: 'fields below one another',
  aliases: 'fields under another name',
  repeats: 'times that one selection names the same field',
  spreads: 'fragments that it spreads',
  cost: 'values that its answer may hold',
}

function refuseOver(measure: keyof typeof meanings, actual: number, limit: number): void {
  if (actual <= limit) return
  const meaning = meanings[measure]
  throw new RequestRefused(
    'QUERY_TOO_COMPLEX',
    `The query has too much of one thing: ${meaning}, at most ${limit}.`,
    {
      facts: { measure, limit, actual: Number.isFinite(actual) ? actual : Number.MAX_SAFE_INTEGER },
    },
  )
}
