import type pg from 'pg'

/** A delivery gives up after 5 s: one that is held for longer than this was held by a process that is gone. */
const heldAtMost = '20 seconds'
/** Other tasks may take long, and may run twice. */
const othersHeldAtMost = '10 minutes'
/** However often a delivery failed, it is tried again within this. */
const waitAtMost = '15 seconds'

/**
 * Keeps the outbox moving: jobs that died with their process are free again, and deliveries that have failed often wait no
 * longer than 15 s for their next attempt, so that a receiver that comes back has caught up soon after. graphile-worker
 * by itself would wait for four hours with the former, and for up to six with the latter.
 */
export async function keepOutboxMoving(pool: pg.Pool): Promise<void> {
  await pool.query(
    `SELECT graphile_worker.force_unlock_workers(array_agg(DISTINCT locked_by)) FROM graphile_worker.jobs
      WHERE locked_at < now() - CASE task_identifier WHEN 'deliver' THEN $1 ELSE $2 END::interval
      HAVING count(*) > 0`,
    [heldAtMost, othersHeldAtMost],
  )
  await pool.query(
    `SELECT graphile_worker.reschedule_jobs(array_agg(id), now() + $1::interval) FROM graphile_worker.jobs
      WHERE task_identifier = 'deliver' AND locked_at IS NULL AND attempts > 0 AND run_at > now() + $1::interval
      HAVING count(*) > 0`,
    [waitAtMost],
  )
}
