import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { withDomain } from '@commonchart/database'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import { withDays } from './days.ts'
import type { MasterKeys } from './master-keys.ts'

/** How long an unwrapped key is kept in memory, and how many at most. */
const keptMs = 15 * 60_000
const keptKeys = 10_000

/** The data keys of the record, one per domain and day. */
export interface RecordKeys {
  /** Gives the key of a day, made at the first call. Two processes come to the same one. */
  get(domainId: number, day: string): Promise<KeyObject>
  /** Finds the key of a day; undefined when it was destroyed, or when its master key is not here. */
  find(domainId: number, day: string): Promise<KeyObject | undefined>
  /** Wraps every key that an older master key wraps with the present one; gives how many. */
  rewrap(): Promise<number>
  /** Forgets what is in memory. */
  forget(): void
}

/** What those need who read what is kept: the keys, and for how many days it is. */
export interface KeptRecords {
  keys: RecordKeys
  retentionDays: number
  now?: () => number
}

/** Opens the keys of a database's record. Unwrapped keys are kept in memory for a quarter of an hour. */
export function openRecordKeys(
  db: Kysely<Tables>,
  masterKeys: MasterKeys,
  now: () => number = Date.now,
): RecordKeys {
  const kept = new Map<string, { until: number; key: Promise<KeyObject | undefined> }>()

  function keep(place: string, read: () => Promise<Buffer | undefined>): Promise<KeyObject | undefined> {
    const known = kept.get(place)
    if (known && known.until > now()) return known.key
    if (kept.size >= keptKeys) kept.clear()
    // Made ready once: for each record again it would cost more than encrypting a small one.
    const key = read().then((found) => found && createSecretKey(found))
    kept.set(place, { until: now() + keptMs, key })
    const drop = () => kept.delete(place)
    // What was not there may be there the next time.
    key.then((found) => found ?? drop(), drop)
    return key
  }

  return {
    async get(domainId, day) {
      const place = placeOf(domainId, day)
      const key = await keep(place, () =>
        withDays(db, [day], () =>
          withDomain(db, domainId, async (trx) => {
            const present = await findRow(trx, domainId, day)
            if (present) return masterKeys.unwrap(present.wrapped, present.masterKeyId, place)
            await trx
              .insertInto('recordKey')
              .values({ domainId, day, ...masterKeys.wrap(randomBytes(32), place) })
              .onConflict((conflict) => conflict.columns(['domainId', 'day']).doNothing())
              .execute()
            // Of two processes that make one, the first to commit is right: both read what stands there.
            const row = await findRow(trx, domainId, day)
            return row && masterKeys.unwrap(row.wrapped, row.masterKeyId, place)
          }),
        ),
      )
      if (!key)
        throw new Error(`the master key that wraps the record of ${place} is not in RECORD_MASTER_KEYS`)
      return key
    },
    find(domainId, day) {
      const place = placeOf(domainId, day)
      return keep(place, () =>
        withDomain(db, domainId, async (trx) => {
          const row = await findRow(trx, domainId, day)
          return row && masterKeys.unwrap(row.wrapped, row.masterKeyId, place)
        }),
      )
    },
    async rewrap() {
      let wrapped = 0
      const skipped = new Set<string>()
      for (;;) {
        const { rows } = await sql<{ domainId: number; day: string }>`
          SELECT domain_id, day FROM record_keys_to_wrap(${masterKeys.current})`.execute(db)
        const due = rows.filter(({ domainId, day }) => !skipped.has(placeOf(domainId, day)))
        if (due.length === 0) return wrapped
        for (const { domainId, day } of due)
          if (await rewrapKey(db, masterKeys, domainId, day)) wrapped += 1
          else skipped.add(placeOf(domainId, day))
      }
    },
    forget: () => kept.clear(),
  }
}

function placeOf(domainId: number, day: string): string {
  return `${domainId}/${day}`
}

function findRow(trx: Transaction<Tables>, domainId: number, day: string) {
  return trx
    .selectFrom('recordKey')
    .select(['wrapped', 'masterKeyId'])
    .where('domainId', '=', domainId)
    .where('day', '=', day)
    .executeTakeFirst()
}

/** Wraps one key anew; false when its master key is not here or another machine was first. */
function rewrapKey(
  db: Kysely<Tables>,
  masterKeys: MasterKeys,
  domainId: number,
  day: string,
): Promise<boolean> {
  return withDomain(db, domainId, async (trx) => {
    const row = await findRow(trx, domainId, day)
    if (!row || row.masterKeyId === masterKeys.current) return false
    const key = masterKeys.unwrap(row.wrapped, row.masterKeyId, placeOf(domainId, day))
    if (!key) return false
    const { numUpdatedRows } = await trx
      .updateTable('recordKey')
      .set(masterKeys.wrap(key, placeOf(domainId, day)))
      .where('domainId', '=', domainId)
      .where('day', '=', day)
      .where('masterKeyId', '=', row.masterKeyId)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  })
}
