import { readdirSync, readFileSync } from 'node:fs'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql'
import { countReads, type PatientOf } from './count-reads.ts'
import { createScalars } from './scalars.ts'
import { refuseUnreadableArguments } from './unreadable-text.ts'

/** Resolvers by type and field; each function says the types of its own parent, arguments and context. */
export type Resolvers = Record<string, object>

type ApolloResolvers = Extract<
  Parameters<typeof buildSubgraphSchema>[0],
  { resolvers?: unknown }
>['resolvers']

/** Reads a subgraph's `schema/*.graphql` as one document. */
export function readSchema(folder: URL): DocumentNode {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
  return parse(files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n'))
}

/**
 * Builds the executable schema of a subgraph; scalars that it declares and CHR names resolve by themselves, and rows of the
 * types in `patientOf` are noted as read.
 */
export function buildSubgraph({
  schemaFolder,
  resolvers = {},
  patientOf = {},
  now,
}: {
  schemaFolder: URL
  resolvers?: Resolvers
  patientOf?: PatientOf
  now?: () => number
}): GraphQLSchema {
  const typeDefs = readSchema(schemaFolder)
  const declared = new Set(
    typeDefs.definitions.flatMap((each) => (each.kind === 'ScalarTypeDefinition' ? [each.name.value] : [])),
  )
  const scalars = Object.entries(createScalars({ now })).filter(([name]) => declared.has(name))
  const all = { ...Object.fromEntries(scalars), ...resolvers } as NonNullable<ApolloResolvers>
  return countReads(refuseUnreadableArguments(buildSubgraphSchema({ typeDefs, resolvers: all })), patientOf)
}
