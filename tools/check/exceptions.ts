import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readEarlierVersion } from '../coverage/earlier-excuses.ts'
import type { Exceptions, Fault } from './lints/lint.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const path = 'tools/check/exceptions.json'

export function readExceptions(): Exceptions {
  return JSON.parse(readFileSync(`${root}${path}`, 'utf8')) as Exceptions
}

/** Finds what was put on a list of exceptions since it was committed, or by the commit that changed it last. */
export async function findGrowth(): Promise<Fault[]> {
  const now = readFileSync(`${root}${path}`, 'utf8')
  const earlier = await readEarlierVersion(root, path, now)
  return earlier === null
    ? []
    : compareExceptions(JSON.parse(earlier) as Exceptions, JSON.parse(now) as Exceptions)
}

/** Finds what is on a list of exceptions and was not before. */
export function compareExceptions(earlier: Exceptions, now: Exceptions): Fault[] {
  const lists = Object.keys(now) as (keyof Exceptions)[]
  return lists.flatMap((list) =>
    now[list]
      .filter((coordinate) => !earlier[list].includes(coordinate))
      .map((coordinate) => ({
        coordinate,
        message: `exceptions may only become fewer (${list} in ${path})`,
      })),
  )
}
