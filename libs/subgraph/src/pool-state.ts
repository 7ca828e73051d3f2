import { countConnections } from '@commonchart/database'
import type { Metrics, Reading } from '@commonchart/telemetry'

/** A pool that says how it is used. */
export interface CountedPool {
  totalCount: number
  idleCount: number
  waitingCount: number
}

/** Shows how the connections of a process to its database are used; `db` is what `openDatabase` gave. */
export function showPools(metrics: Metrics, db: object, worker: CountedPool | undefined): void {
  metrics.gauge('commonchart_database_connections', () => [
    ...readPool('app', countConnections(db)),
    ...(worker ? readPool('worker', worker) : []),
  ])
}

function readPool(name: string, { totalCount, idleCount, waitingCount }: CountedPool): Reading[] {
  return [
    [[name, 'used'], totalCount - idleCount],
    [[name, 'idle'], idleCount],
    [[name, 'waiting'], waitingCount],
  ]
}
