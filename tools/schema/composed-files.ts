import { existsSync, readFileSync } from 'node:fs'
import { composeFiles, type SubgraphSource } from './compose.ts'

/** Where what comes out of composition is committed. */
export const output = new URL('../../apps/gateway/', import.meta.url)

/** Gives the files, by name, that are not what the subgraphs compose to, as they should be. Throws `CompositionError`. */
export function findStaleFiles(
  subgraphs: SubgraphSource[],
  files = composeFiles(subgraphs),
): Map<string, string> {
  return new Map(
    [...files].filter(([name, text]) => {
      const file = new URL(name, output)
      return !existsSync(file) || readFileSync(file, 'utf8') !== text
    }),
  )
}
