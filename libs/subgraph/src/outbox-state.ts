import type { Metrics } from '@commonchart/telemetry'
import type pg from 'pg'

/**
 * Shows how much waits in the outbox. A delivery is due from the moment at which it was written, however often it was put
 * off; another job when its time has come.
 */
export function showOutbox(metrics: Metrics, pool: pg.Pool): void {
  const due = `(task_identifier = 'deliver' OR run_at <= now())`
  let asking: Promise<Record<string, number>> | undefined
  /** Two metrics are read at once and come from one look. */
  const read = (): Promise<Record<string, number>> =>
    (asking ??= pool
      .query<Record<string, string>>(
        `SELECT count(*) FILTER (WHERE ${due}) AS due, count(*) FILTER (WHERE attempts > 0) AS failed,
           coalesce(extract(epoch FROM now() - min(CASE task_identifier WHEN 'deliver' THEN created_at ELSE run_at END)
             FILTER (WHERE ${due})), 0) AS oldest
          FROM graphile_worker.jobs`,
      )
      .then(({ rows: [row] }) =>
        Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)])),
      )
      .finally(() => (asking = undefined)))
  // Who looks while the database is away sees no value, which is the truth.
  const orNothing = () => ({}) as Record<string, number>
  metrics.gauge('commonchart_outbox_jobs', async () => {
    const { due, failed } = await read().catch(orNothing)
    return due === undefined || failed === undefined
      ? []
      : [
          [['due'], due],
          [['failed'], failed],
        ]
  })
  metrics.gauge('commonchart_outbox_oldest_seconds', async () => {
    const { oldest } = await read().catch(orNothing)
    return oldest === undefined ? [] : [[[], oldest]]
  })
}
