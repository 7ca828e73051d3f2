import type { Store, SupergraphVersion } from './store.ts'

/**
 * Makes an earlier supergraph current again, byte by byte, and what its subgraphs were with it: `to`, or the one before what
 * is current. It is a version of its own, so nothing is lost and a rollback can be rolled back. Throws when there is none.
 */
export function rollBack(
  store: Store,
  { to, by, now }: { to: number | null; by: string | null; now: Date },
): SupergraphVersion {
  for (;;) {
    const latest = store.findLatest()
    if (latest === null) throw new Error('nothing has been published yet')
    const before = originOf(store, latest) - 1
    if (to === null && before < 1) throw new Error('there is no earlier version')
    const origin = originOf(store, store.getVersion(to ?? before))
    const { subgraphs, sha256 } = store.getVersion(origin)
    const version: SupergraphVersion = {
      ...{ version: latest.version + 1, because: `rollback to ${origin}`, restores: origin },
      ...{ at: now.toISOString(), by, sha256, subgraphs },
    }
    if (store.append(version, store.readSupergraph(origin), {})) return version
  }
}

/** The version whose text a version has. */
function originOf(store: Store, { version, restores }: SupergraphVersion): number {
  return restores === null ? version : originOf(store, store.getVersion(restores))
}
