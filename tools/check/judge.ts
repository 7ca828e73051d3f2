import { compareSchemas, emptySchema, type SchemaChange } from '@commonchart/schema-changes'
import { graphNames, type GraphName } from '@commonchart/supergraph'
import { buildSchema, type GraphQLSchema } from 'graphql'
import { isAccepted, type AcceptedChange } from './accepted.ts'
import { findConcerned, type Concern } from './concerned.ts'
import type { Usage } from './usage.ts'

/** What the check says of a change: `unused`, `accepted`, `safe` and `dangerous` ones pass. */
export type Verdict = 'breaking' | 'dangerous' | 'accepted' | 'unused' | 'safe'

/** A change, where it shows, and what it means for those who use the graph. */
export interface JudgedChange {
  change: SchemaChange
  graphs: GraphName[]
  verdict: Verdict
  /** Those whom it concerns, where that decides; empty otherwise. */
  concerned: Concern[]
  /** A plain sentence. */
  because: string
}

export type ApiSchemas = Partial<Record<GraphName, string>>

/**
 * Judges every difference between the published API schemas and those to come. A breaking change of the graph of programs
 * passes if nobody used what it takes away; one that shows in another graph alone does not, because the use that people and
 * operators make of theirs is not counted.
 */
export async function judgeChanges(
  published: ApiSchemas,
  coming: ApiSchemas,
  { usage, accepted }: { usage: Usage | null; accepted: AcceptedChange[] },
): Promise<JudgedChange[]> {
  const found = new Map<string, JudgedChange>()
  for (const graph of graphNames) {
    const [old, current] = [published[graph] ?? emptySchema, coming[graph] ?? emptySchema]
    if (old === current) continue
    const [before, after] = [old, current].map((text) => buildSchema(text)) as [GraphQLSchema, GraphQLSchema]
    for (const change of await compareSchemas(old, current)) {
      const known = found.get(change.message)
      if (known) known.graphs.push(graph)
      else found.set(change.message, judge({ change, before, after, graph }, { usage, accepted }))
    }
  }
  return [...found.values()]
}

function judge(
  {
    graph,
    ...inGraph
  }: { change: SchemaChange; before: GraphQLSchema; after: GraphQLSchema; graph: GraphName },
  { usage, accepted }: { usage: Usage | null; accepted: AcceptedChange[] },
): JudgedChange {
  const { change } = inGraph
  const say = (verdict: Verdict, because: string, concerned: Concern[] = []): JudgedChange => ({
    ...{ change, graphs: [graph], verdict, because, concerned },
  })
  if (change.criticality !== 'breaking')
    return say(change.criticality, change.reason ?? 'Every request that was right stays right.')
  const acceptance = accepted.find((each) => isAccepted(each, change))
  const concerned =
    usage !== null && graph === 'enterprise' ? (findConcerned(inGraph, usage) ?? undefined) : undefined
  if (acceptance) return say('accepted', `accepted: ${acceptance.reason}`, concerned)
  if (graph !== 'enterprise')
    return say('breaking', `only the ${graph} graph has it, and its use by people is not counted`)
  if (usage === null) return say('breaking', 'nothing says whether it is used: give --usage FILE')
  if (concerned === undefined) return say('breaking', 'its use cannot be told from what requests name')
  if (concerned.length > 0) return say('breaking', 'consumers use it', concerned)
  return say('unused', `unused for ${usage.days} days: safe`)
}
