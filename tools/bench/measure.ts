import type { BenchQuery } from './clinic.ts'
import type { BenchGateway, GatewayName } from './gateways.ts'
import { applyLoad, type LoadResult } from './load.ts'
import type { Setting } from './setting.ts'

export interface Measurement extends LoadResult {
  cpuMs: number
  calls: number
}

/** Measures one query against one gateway, warmed up by as many requests as are measured. All numbers but `perSecond` are per request. */
export async function measure(
  gateway: BenchGateway,
  name: GatewayName,
  { requests, body }: BenchQuery,
  setting: Setting,
  connections: number,
): Promise<Measurement> {
  const create = (count: number) =>
    Array.from({ length: count }, () => ({
      headers: { 'content-type': 'application/json', ...(name !== 'stock' && setting.signHeaders()) },
      body,
    }))
  const warmUp = create(requests)
  const measured = create(requests)
  await applyLoad(gateway.url, warmUp, connections)
  await setting.countCalls()
  const before = await gateway.readCpuMs()
  const load = await applyLoad(gateway.url, measured, connections)
  const cpuMs = (await gateway.readCpuMs()) - before
  return { ...load, cpuMs: cpuMs / requests, calls: (await setting.countCalls()) / requests }
}
