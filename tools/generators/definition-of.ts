import type { Tree } from '@nx/devkit'
import { findConstantOfType } from './edit-source.ts'
import { readText } from './edit-text.ts'
import { Refused } from './refused.ts'

/** Where a subgraph says what makes it this one: the constant that it exports as its `SubgraphDefinition`. */
export interface DefinitionPlace {
  /** From the root of the workspace. */
  file: string
  /** As the subgraph's own files import it. */
  module: string
  constant: string
}

/** Finds the definition of a subgraph. Throws `Refused` for one that is not there or makes it otherwise. */
export function findDefinition(tree: Tree, subgraph: string): DefinitionPlace {
  if (!tree.exists(`apps/${subgraph}/schema`)) throw new Refused(`There is no subgraph ${subgraph}.`)
  for (const name of ['definition.ts', 'subgraph.ts']) {
    const file = `apps/${subgraph}/src/${name}`
    const constant = tree.exists(file) && findConstantOfType(readText(tree, file), 'SubgraphDefinition')
    if (constant) return { file, module: `./${name}`, constant }
  }
  throw new Refused(
    `${subgraph} exports no SubgraphDefinition from src/definition.ts: a type is added there by hand.`,
  )
}
