import { graphNames, type GraphName } from '@commonchart/supergraph'
import { buildSchema, type GraphQLSchema } from 'graphql'
import type { AcceptedChange } from './accepted.ts'
import { judgeChanges, type ApiSchemas, type JudgedChange } from './judge.ts'
import type { Exceptions, Fault } from './lints/lint.ts'
import { lints } from './lints/lints.ts'
import type { SubgraphSource } from '../schema/compose.ts'
import type { Usage } from './usage.ts'

/** A supergraph that is to be published, and what is known of those who use the one that is. */
export interface CheckSubject {
  subgraphs: SubgraphSource[]
  /** What the subgraphs compose to: `supergraph.graphql` and an API schema for each graph, by file name. */
  files: ReadonlyMap<string, string>
  published: ApiSchemas
  usage: Usage | null
  accepted: AcceptedChange[]
  exceptions: Exceptions
}

/** A fault, and the name of the rule that found it. */
export interface FoundFault extends Fault {
  rule: string
}

export interface Report {
  changes: JudgedChange[]
  faults: FoundFault[]
}

/** Judges every change against what is published, and holds the schema to every lint. */
export async function check(subject: CheckSubject): Promise<Report> {
  const { files, published } = subject
  const coming = Object.fromEntries(graphNames.map((graph) => [graph, files.get(`${graph}.graphql`) ?? '']))
  return { changes: await judgeChanges(published, coming, subject), faults: findFaults(subject) }
}

/** Tells whether what was checked may be published. */
export function passes({ changes, faults }: Report): boolean {
  return faults.length === 0 && changes.every(({ verdict }) => verdict !== 'breaking')
}

/** Holds the schema to every lint. */
export function findFaults({
  subgraphs,
  files,
  exceptions,
}: Pick<CheckSubject, 'subgraphs' | 'files' | 'exceptions'>): FoundFault[] {
  const graphs = new Map<GraphName, GraphQLSchema>(
    graphNames.map((graph) => [graph, buildSchema(files.get(`${graph}.graphql`) ?? '')]),
  )
  const supergraph = files.get('supergraph.graphql') ?? ''
  return Object.entries(lints).flatMap(([rule, lint]) =>
    lint({ subgraphs, supergraph, graphs, exceptions }).map((fault) => ({ ...fault, rule })),
  )
}
