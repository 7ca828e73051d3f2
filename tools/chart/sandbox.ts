import { waitUntilServed } from '../demo/demo-domain.ts'
import type { SeedCounts } from '../demo/seed.ts'
import { askGraph, type GraphAddress } from '../environment/graph.ts'
import type { Io } from './io.ts'
import type { Settings } from './settings.ts'

/** Fills a domain with the demo clinic, or puts its demo records back; says so on standard error meanwhile. */
export async function fillSandbox(settings: Settings, domain: string, io: Io): Promise<SeedCounts> {
  const host = await settings.findHost(domain)
  const address = (): GraphAddress =>
    settings.settingsAddress({ domain, subject: 'import', name: 'Demo data', role: 'support' }, host)
  await waitUntilServed(address, '{ locations { id } patients(first: 1) { nodes { id } } }')
  io.err.write('filling the domain with a generated clinic\n')
  // Only here, because the generator's word lists take a moment to load.
  const { seedDemoClinic } = await import('../demo/seed.ts')
  return seedDemoClinic((query, variables) => askGraph(address(), query, variables), new Date())
}
