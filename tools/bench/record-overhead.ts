import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { removeEmbeddedDatabase } from '@commonchart/embedded-database'
import { describeHome } from '../environment/home.ts'
import type { BenchQuery } from './clinic.ts'
import { nameRealPatient } from './end-to-end.ts'
import { applyLoad } from './load.ts'
import { median } from './median.ts'
import { startWholeStack } from './whole-stack.ts'

/**
 * Requests per second of the whole stack, and processor time of all its processes per request, through a gateway that records
 * and one that does not: medians over the rounds. The ratios are medians too, each of the two loads of one round.
 */
export interface Overhead {
  title: string
  connections: number
  recorded: number
  unrecorded: number
  ratio: number
  cpuMs: { recorded: number; unrecorded: number; ratio: number }
}

interface Load {
  perSecond: number
  cpuMs: number
}

/** What a round leaves to be done, leaves to be numbered among it, is done after so long. */
const settleMs = 1000

/** A request to the real subgraphs takes several times as long as one to those of the gateway's bench. */
const share = 1 / 2

/** So many rounds are not counted: code that runs seldom takes its time to be compiled. */
const warmUpRounds = 4

/** Asks the whole stack through two gateways in turn, one of which is composed without the record, by few and by many clients. */
export async function measureOverhead(
  queries: BenchQuery[],
  { rounds, connections }: { rounds: number; connections: number[] },
): Promise<Overhead[]> {
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-bench-'))
  try {
    const stack = await startWholeStack(folder)
    const unrecorded = await stack.startUnrecordedGateway()
    const measured: Overhead[] = []
    try {
      for (const { title, requests, body } of queries) {
        const real = await nameRealPatient(stack, body)
        const readCpuMs = async (): Promise<number> =>
          Object.values(stack.readCpuMs()).reduce((sum, ms) => sum + ms, await unrecorded.readCpuMs())
        const create = () => ({
          headers: { 'content-type': 'application/json', ...stack.signHeaders() },
          body: real,
        })
        for (const count of connections) {
          const load = async (url: string): Promise<Load> => {
            const all = Array.from({ length: Math.ceil(requests * share) }, create)
            const before = await readCpuMs()
            const { perSecond } = await applyLoad(url, all, count)
            await wait(settleMs)
            return { perSecond, cpuMs: ((await readCpuMs()) - before) / all.length }
          }
          const reached: Record<Gateway, Load>[] = []
          for (let round = 0; round < warmUpRounds + rounds; round += 1) {
            const order: Gateway[] = round % 2 ? ['recorded', 'unrecorded'] : ['unrecorded', 'recorded']
            const loads: Partial<Record<Gateway, Load>> = {}
            for (const name of order)
              loads[name] = await load(name === 'recorded' ? stack.url : unrecorded.url)
            if (round >= warmUpRounds) reached.push(loads as Record<Gateway, Load>)
          }
          measured.push({ title, connections: count, ...summarise(reached) })
        }
      }
    } finally {
      await unrecorded.stop()
      await stack.stop()
    }
    return measured
  } finally {
    await removeEmbeddedDatabase(describeHome(folder).database)
    rmSync(folder, { recursive: true, force: true })
  }
}

type Gateway = 'recorded' | 'unrecorded'

function summarise(rounds: Record<Gateway, Load>[]): Omit<Overhead, 'title' | 'connections'> {
  const medianOf = (of: (round: Record<Gateway, Load>) => number): number => median(rounds.map(of))
  return {
    recorded: medianOf(({ recorded }) => recorded.perSecond),
    unrecorded: medianOf(({ unrecorded }) => unrecorded.perSecond),
    ratio: medianOf(({ recorded, unrecorded }) => recorded.perSecond / unrecorded.perSecond),
    cpuMs: {
      recorded: medianOf(({ recorded }) => recorded.cpuMs),
      unrecorded: medianOf(({ unrecorded }) => unrecorded.cpuMs),
      ratio: medianOf(({ recorded, unrecorded }) => unrecorded.cpuMs / recorded.cpuMs),
    },
  }
}
