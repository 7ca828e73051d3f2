import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeEmbeddedDatabase } from '@commonchart/embedded-database'
import { describeHome } from '../environment/home.ts'
import { postGraph } from '../environment/graph.ts'
import type { BenchQuery } from './clinic.ts'
import { applyLoad, type LoadResult } from './load.ts'
import { parts, startWholeStack, type Part, type WholeStack } from './whole-stack.ts'

/** One query asked of the whole stack. */
export interface EndToEndMeasurement extends LoadResult {
  title: string
  /** Processor time per request, in milliseconds. */
  cpuMs: Record<Part, number>
}

export interface EndToEnd {
  measurements: EndToEndMeasurement[]
  /** From `npm start` to the first answered query: on an empty folder, and on what that start left. */
  firstAnswerSeconds: { fromNothing: number; again: number }
}

/** Starts everything twice as a stranger does, and asks the queries of the real subgraphs over the demo clinic. */
export async function measureEndToEnd(queries: BenchQuery[], connections: number): Promise<EndToEnd> {
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-bench-'))
  try {
    const first = await startWholeStack(folder)
    const measurements: EndToEndMeasurement[] = []
    try {
      for (const query of queries) measurements.push(await measureQuery(first, query, connections))
    } finally {
      await first.stop()
    }
    const again = await startWholeStack(folder)
    await again.stop()
    const firstAnswerSeconds = { fromNothing: first.firstAnswerSeconds, again: again.firstAnswerSeconds }
    return { measurements, firstAnswerSeconds }
  } finally {
    await removeEmbeddedDatabase(describeHome(folder).database)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A request to the real subgraphs takes several times as long as one to those of the bench. */
const share = 1 / 5

async function measureQuery(
  stack: WholeStack,
  { title, requests, body }: BenchQuery,
  connections: number,
): Promise<EndToEndMeasurement> {
  const real = await nameRealPatient(stack, body)
  const create = (count: number) =>
    Array.from({ length: Math.ceil(count) }, () => ({
      headers: { 'content-type': 'application/json', ...stack.signHeaders() },
      body: real,
    }))
  const measured = create(requests * share)
  await applyLoad(stack.url, create((requests * share) / 3), connections)
  const before = stack.readCpuMs()
  const load = await applyLoad(stack.url, measured, connections)
  const after = stack.readCpuMs()
  const cpuMs = Object.fromEntries(
    parts.map((part) => [part, (after[part] - before[part]) / measured.length]),
  ) as Record<Part, number>
  return { title, ...load, cpuMs }
}

/** The bench's own patient has a number that the demo clinic need not have. */
export async function nameRealPatient(stack: WholeStack, body: string): Promise<string> {
  const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> }
  if (!('id' in variables)) return body
  const token = stack.signHeaders().authorization?.replace('Bearer ', '') ?? ''
  const { data } = await postGraph({ url: stack.url, token }, '{ patients(first: 1) { nodes { id } } }')
  const { nodes } = data?.patients as { nodes: { id: string }[] }
  return JSON.stringify({ query, variables: { ...variables, id: nodes[0]?.id } })
}
