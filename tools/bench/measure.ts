import type { BenchQuery } from './clinic.ts'
import type { BenchGateway, GatewayName } from './gateways.ts'
import { applyLoad } from './load.ts'
import type { Setting } from './setting.ts'

export interface Measurement {
  cpuMs: number
  perSecond: number
  p50: number
  p99: number
  calls: number
}

/** Measures one query against one gateway, warmed up. All numbers but `perSecond` are per request. */
export async function measure(
  gateway: BenchGateway,
  name: GatewayName,
  { requests, body }: BenchQuery,
  setting: Setting,
  connections: number,
): Promise<Measurement> {
  const create = (count: number) =>
    Array.from({ length: count }, () => ({
      headers: { 'content-type': 'application/json', ...(name === 'ours' && setting.signHeaders()) },
      body,
    }))
  const warmUp = create(Math.ceil(requests / 3))
  const measured = create(requests)
  await applyLoad(gateway.url, warmUp, connections)
  await setting.countCalls()
  const before = await gateway.readCpuMs()
  const { seconds, latencies } = await applyLoad(gateway.url, measured, connections)
  const cpuMs = (await gateway.readCpuMs()) - before
  const at = (share: number) =>
    latencies[Math.min(Math.floor(latencies.length * share), latencies.length - 1)] ?? 0
  return {
    cpuMs: cpuMs / requests,
    perSecond: requests / seconds,
    p50: at(0.5),
    p99: at(0.99),
    calls: (await setting.countCalls()) / requests,
  }
}
