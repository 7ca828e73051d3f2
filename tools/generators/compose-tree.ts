import type { Tree } from '@nx/devkit'
import { parse, type DefinitionNode } from 'graphql'
import { composeFiles, CompositionError, type SubgraphSource } from '../schema/compose.ts'
import { Refused } from './refused.ts'

/** The subgraphs of a workspace that is being changed, by their ports. */
export function listSubgraphsOf(tree: Tree): { name: string; port: number }[] {
  const found = tree.children('apps').flatMap((name) => {
    const manifest = JSON.parse(tree.read(`apps/${name}/package.json`, 'utf8') ?? '{}') as {
      nx?: { tags?: string[] }
      commonchart?: { port: number }
    }
    const isSubgraph = manifest.nx?.tags?.includes('type:subgraph')
    return isSubgraph && manifest.commonchart ? [{ name, port: manifest.commonchart.port }] : []
  })
  return found.sort((one, other) => one.port - other.port)
}

/** A subgraph's schema as one text. */
export function readSchemaOf(tree: Tree, subgraph: string): string {
  const folder = `apps/${subgraph}/schema`
  const files = tree.children(folder).filter((file) => file.endsWith('.graphql'))
  return files
    .sort()
    .map((file) => tree.read(`${folder}/${file}`, 'utf8') ?? '')
    .join('\n')
}

/** Names the types of a schema, and its root fields as `Query.patient`. */
export function listNamesIn(schema: string): Set<string> {
  return new Set(parse(schema).definitions.flatMap(namesOf))
}

function namesOf(definition: DefinitionNode): string[] {
  if (!('name' in definition) || !definition.name) return []
  const { value } = definition.name
  if (value !== 'Query' && value !== 'Mutation') return [value]
  return 'fields' in definition
    ? (definition.fields ?? []).map((field) => `${value}.${field.name.value}`)
    : []
}

/** Composes the subgraphs as they will be and writes what comes out of it. Throws `Refused` when they make no graph. */
export function composeTree(tree: Tree): void {
  const sources = listSubgraphsOf(tree).map(({ name, port }): SubgraphSource => ({
    name,
    url: `http://localhost:${port}/graphql`,
    text: readSchemaOf(tree, name),
  }))
  try {
    for (const [name, text] of composeFiles(sources)) tree.write(`apps/gateway/${name}`, text)
  } catch (error) {
    if (!(error instanceof CompositionError)) throw error
    throw new Refused(error.message)
  }
}
