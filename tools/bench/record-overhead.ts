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
 * and one that does not: medians over the rounds.
 */
export interface Overhead {
  title: string
  recorded: number
  unrecorded: number
  cpuMs: { recorded: number; unrecorded: number }
}

interface Load {
  perSecond: number
  cpuMs: number
}

/** What a round leaves to be done, leaves to be numbered among it, is done after so long. */
const settleMs = 1000

/** A request to the real subgraphs takes several times as long as one to those of the gateway's bench. */
const share = 1 / 2

/** Asks the whole stack through two gateways in turn, one of which is composed without the record. */
export async function measureOverhead(
  queries: BenchQuery[],
  { rounds, connections }: { rounds: number; connections: number },
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
        const load = async (url: string): Promise<Load> => {
          const create = () => ({
            headers: { 'content-type': 'application/json', ...stack.signHeaders() },
            body: real,
          })
          const all = Array.from({ length: Math.ceil(requests * share) }, create)
          const before = await readCpuMs()
          const { perSecond } = await applyLoad(url, all, connections)
          await wait(settleMs)
          return { perSecond, cpuMs: ((await readCpuMs()) - before) / all.length }
        }
        const reached: Record<'recorded' | 'unrecorded', Load[]> = { recorded: [], unrecorded: [] }
        // The first round warms up.
        for (let round = 0; round <= rounds; round += 1)
          for (const name of round % 2
            ? (['recorded', 'unrecorded'] as const)
            : (['unrecorded', 'recorded'] as const)) {
            const figures = await load(name === 'recorded' ? stack.url : unrecorded.url)
            if (round > 0) reached[name].push(figures)
          }
        const medianOf = (name: keyof typeof reached, figure: keyof Load): number =>
          median(reached[name].map((each) => each[figure]))
        measured.push({
          ...{
            title,
            recorded: medianOf('recorded', 'perSecond'),
            unrecorded: medianOf('unrecorded', 'perSecond'),
          },
          cpuMs: { recorded: medianOf('recorded', 'cpuMs'), unrecorded: medianOf('unrecorded', 'cpuMs') },
        })
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
