import { withDomain } from '@commonchart/database'
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

/** So long a process has a subscription to itself; while its turn lasts it is renewed three times as often. */
export const usualLeaseMs = 6000

/** A subscription that this process has to itself. */
export interface Lease {
  /** Whether no other process can have it by now. */
  isHeld(): boolean
  /** Renews it no more. */
  end(): void
}

/**
 * Keeps a lease that was taken at `takenAt`, or a little later, until it is ended. `onLost` is called once when it was lost:
 * the database was out of reach for too long, or this process stood still and another one took it.
 */
export function keepLease(
  db: Kysely<Tables>,
  of: { domainId: number; subscriptionId: string; holder: string },
  { leaseMs, takenAt, onLost }: { leaseMs: number; takenAt: number; onLost: () => void },
): Lease {
  let heldUntil = takenAt + leaseMs
  let watch = setTimeout(lose, leaseMs)
  const renewing = setInterval(() => void renew(), leaseMs / 3)

  async function renew(): Promise<void> {
    // The database counts from when it is asked at the earliest.
    const askedAt = performance.now()
    // Where it fails there is time for another try.
    const isRenewed = await renewLease(db, of, leaseMs).catch(() => null)
    if (heldUntil === ended || isRenewed === null) return
    if (!isRenewed) return lose()
    heldUntil = Math.max(heldUntil, askedAt + leaseMs)
    clearTimeout(watch)
    watch = setTimeout(lose, heldUntil - performance.now())
  }

  function end(): void {
    heldUntil = ended
    clearInterval(renewing)
    clearTimeout(watch)
  }

  function lose(): void {
    end()
    onLost()
  }

  return { isHeld: () => performance.now() < heldUntil, end }
}

const ended = 0

function renewLease(
  db: Kysely<Tables>,
  { domainId, subscriptionId, holder }: { domainId: number; subscriptionId: string; holder: string },
  leaseMs: number,
): Promise<boolean> {
  return withDomain(db, domainId, async (trx) => {
    const { numAffectedRows } = await sql`/* prepare renew_event_lease */
      UPDATE event_progress SET leased_until = now() + ${leaseMs}::integer * interval '1 ms'
      WHERE domain_id = ${domainId}::integer AND subscription_id = ${subscriptionId}::bigint
        AND leased_by = ${holder}::uuid AND leased_until >= now()`.execute(trx)
    return numAffectedRows === 1n
  })
}
