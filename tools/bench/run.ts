/**
 * Runs one bench: `npm run bench` compares gateways, `npm run bench -- NAME …` runs another. The bench itself lies where
 * the processes that it needs are started.
 */
const benches: Record<string, string> = {
  availabilities: '../../apps/gateway-e2e/src/bench-availabilities.ts',
  gateway: './main.ts',
  record: './record.ts',
  observability: '../../apps/gateway-e2e/src/bench-observability.ts',
  patients: '../../apps/gateway-e2e/src/bench-patients.ts',
  bookings: '../../apps/gateway-e2e/src/bench-bookings.ts',
  events: '../../apps/gateway-e2e/src/bench-events.ts',
  revocation: '../../apps/gateway-e2e/src/bench-revocation.ts',
}

const [name = ''] = process.argv.slice(2)
if (Object.hasOwn(benches, name)) process.argv.splice(2, 1)
await import(new URL(benches[name] ?? './main.ts', import.meta.url).href)
