import type { BenchQuery } from './clinic.ts'
import { startGateway, type GatewayName } from './gateways.ts'
import { measure, type Measurement } from './measure.ts'
import { openSetting } from './setting.ts'

/** The measurements of every round, by the query's title. */
export type Comparison = Map<string, Record<GatewayName, Measurement[]>>

const names: GatewayName[] = ['stock', 'unrecorded', 'recorded']

/**
 * Measures our gateway, without the record and with it, a different token for each request, and stock Apollo: each alone
 * in its process, in turn within one run, over the same memoised subgraphs, asked from this process.
 */
export async function compareGateways(
  queries: BenchQuery[],
  { rounds, connections, profile }: { rounds: number; connections: number; profile: string | undefined },
): Promise<Comparison> {
  const results: Comparison = new Map(
    queries.map(({ title }) => [title, { stock: [], unrecorded: [], recorded: [] }]),
  )
  const setting = await openSetting()
  try {
    for (let round = 1; round <= rounds; round++)
      for (const name of round % 2 ? names : names.toReversed()) {
        const gateway = await startGateway(name, setting.environment, profile)
        for (const query of queries) {
          const measurement = await measure(gateway, name, query, setting, connections)
          results.get(query.title)?.[name].push(measurement)
          console.log(
            `round ${round}, ${name}, ${query.title}: ${measurement.cpuMs.toFixed(3)} ms of CPU a request`,
          )
        }
        await gateway.stop()
      }
  } finally {
    await setting.close()
  }
  return results
}
