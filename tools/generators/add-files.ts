import { fileURLToPath } from 'node:url'
import { generateFiles, OverwriteStrategy, type Tree } from '@nx/devkit'
import { Refused } from './refused.ts'

/** Makes files of a folder of templates. Throws `Refused` when one of them is there already. */
export function addFiles(tree: Tree, templates: URL, target: string, values: Record<string, unknown>): void {
  try {
    generateFiles(tree, fileURLToPath(templates), target, values, {
      overwriteStrategy: OverwriteStrategy.ThrowIfExisting,
    })
  } catch (error) {
    const [, taken] = /already exists.*\((.*)\)/.exec((error as Error).message) ?? []
    if (!taken) throw error
    throw new Refused(`${taken} is there already.`)
  }
}

/** The number of a subgraph's next migration. */
export function nextMigration(tree: Tree, subgraph: string): string {
  const numbers = tree.children(`apps/${subgraph}/migrations`).map((name) => Number(name.slice(0, 4)) || 0)
  return String(Math.max(0, ...numbers) + 1).padStart(4, '0')
}
