import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLSchema } from 'graphql'
import { fillDocument, fingerprint, writeSections } from './document.ts'
import { readSurface, type Surface } from './surface.ts'

const root = new URL('../../', import.meta.url)
export const compatibilityFile = new URL('docs/chr-compatibility.md', root)

/** The graph that programs see, as it is committed. */
export function readPublicGraph(): GraphQLSchema {
  return buildSchema(readFileSync(new URL('apps/gateway/enterprise.graphql', root), 'utf8'), {
    assumeValid: true,
  })
}

/** Writes docs/chr-compatibility.md anew from the committed graph; what is written by hand stays. */
export function writeCompatibility(surface: Surface): Promise<string> {
  return fillDocument(readFileSync(compatibilityFile, 'utf8'), writeSections(surface, readPublicGraph()))
}

/**
 * Says what is wrong with docs/chr-compatibility.md; null when nothing is. Without the published surface at hand, whether it
 * was generated from the graph that is committed.
 */
export async function judgeCompatibility(surface = readSurface()): Promise<string | null> {
  const document = readFileSync(compatibilityFile, 'utf8')
  const isCurrent = surface
    ? document === (await writeCompatibility(surface))
    : document.includes(`from the graph \`${fingerprint(readPublicGraph())}\``)
  return isCurrent ? null : 'docs/chr-compatibility.md is not what the graph says: run `npm run docs`'
}
