import { dayOf, toWall } from '@commonchart/clinic-time'
import type { Transaction } from 'kysely'
import type { Context } from './context.ts'
import type { Tables } from './tables.ts'

/** The day that it is in the domain. */
export async function todayIn(context: Context, now: Date = new Date()): Promise<string> {
  const zone = await context
    .loader<string>('zone of the domain', () =>
      context.read(async (trx) => new Map([['zone', await readZone(trx, context.domainId)]])),
    )
    .load('zone')
  return dayOf(toWall(now, zone ?? 'Etc/UTC'))
}

/** The day that it is in the domain, read within a change. */
export async function readToday(trx: Transaction<Tables>, domainId: number, now: Date): Promise<string> {
  return dayOf(toWall(now, await readZone(trx, domainId)))
}

async function readZone(trx: Transaction<Tables>, domainId: number): Promise<string> {
  const row = await trx.selectFrom('domainRef').select('zone').where('id', '=', domainId).executeTakeFirst()
  return row?.zone ?? 'Etc/UTC'
}

/** Whole years between two days `YYYY-MM-DD`; who is born on 29 February turns a year older on 1 March. */
export function ageOn(day: string, dateOfBirth: string): number {
  const years = Number(day.slice(0, 4)) - Number(dateOfBirth.slice(0, 4))
  return day.slice(5) < dateOfBirth.slice(5) ? years - 1 : years
}
