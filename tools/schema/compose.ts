import { composeServices } from '@apollo/composition'
import { Supergraph } from '@apollo/federation-internals'
import { deriveGraph, graphNames, type GraphName } from '@commonchart/supergraph'
import { parse, printSchema, type DocumentNode } from 'graphql'

/** One subgraph as it goes into composition. */
export interface SubgraphSource {
  name: string
  url: string
  /** Its `schema/*.graphql`, joined. */
  text: string
}

/** The subgraphs do not make one graph; `problems` says why, one entry each. */
export class CompositionError extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`the subgraphs do not compose:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)
    this.name = 'CompositionError'
    this.problems = problems
  }
}

/** Composes subgraphs into the supergraph. Throws `CompositionError`, which names every problem. */
export function composeSupergraph(subgraphs: SubgraphSource[]): string {
  const problems: string[] = []
  const definitions = subgraphs.flatMap(({ name, url, text }) => {
    try {
      return [{ name, url, typeDefs: parse(text) }]
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`)
      return []
    }
  })
  if (problems.length > 0) throw new CompositionError(problems)
  const { supergraphSdl, errors } = composeServices(definitions)
  if (errors) throw new CompositionError(errors.map((error) => error.message))
  return `${supergraphSdl.trim()}\n`
}

/** Writes the schema that a client of one graph sees. Throws when what is tagged cannot be taken out. */
export function printApiSchema(supergraph: DocumentNode, graph: GraphName): string {
  const derived = deriveGraph(supergraph, graph)
  if (derived === null) throw new Error('nothing can be asked of it')
  const schema = Supergraph.build(derived, { validateSupergraph: true }).apiSchema()
  return `${printSchema(schema.toGraphQLJSSchema())}\n`
}

/** Everything that comes out of composition, by file name. */
export function composeFiles(subgraphs: SubgraphSource[]): Map<string, string> {
  const supergraph = composeSupergraph(subgraphs)
  const files = new Map([['supergraph.graphql', supergraph]])
  const document = parse(supergraph, { noLocation: true })
  for (const graph of graphNames) {
    try {
      files.set(`${graph}.graphql`, printApiSchema(document, graph))
    } catch (error) {
      throw new CompositionError([`the ${graph} graph: ${(error as Error).message}`])
    }
  }
  return files
}
