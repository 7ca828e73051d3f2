import type { FoundFault } from '../check/check.ts'
import { CompositionError, composeFiles, type SubgraphSource } from '../schema/compose.ts'
import { readSources } from './publish.ts'
import { digest, type Store, type SupergraphVersion } from './store.ts'

/**
 * Composes each subgraph of the workspace that differs from what is published with the others as they are published: each
 * is published by itself. One that does not compose alone has to wait for another, which a note says; it is a fault when
 * all have to wait.
 */
export function composeEachAlone(
  store: Store,
  latest: SupergraphVersion,
  workspace: SubgraphSource[],
): { faults: FoundFault[]; notes: string[] } {
  const published = readSources(store, latest)
  const changed = workspace.filter(({ name, text }) => latest.subgraphs[name]?.sha256 !== digest(text))
  const waiting = new Map<string, string>()
  for (const own of changed) {
    const others = published.filter(({ name }) => name !== own.name)
    try {
      composeFiles([...others, own])
    } catch (error) {
      if (!(error instanceof CompositionError)) throw error
      waiting.set(own.name, error.problems.join('; '))
    }
  }
  const notes = changed.map(({ name }) =>
    waiting.has(name)
      ? `${name} cannot be published before another is: ${waiting.get(name)}`
      : `${name} can be published as it is.`,
  )
  const isStuck = changed.length > 0 && waiting.size === changed.length
  const faults = isStuck
    ? [...waiting].map(([coordinate, message]) => ({ rule: 'order', coordinate, message }))
    : []
  return { faults, notes }
}
