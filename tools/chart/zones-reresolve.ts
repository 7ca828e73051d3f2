import { askGraph } from '../environment/graph.ts'
import type { Settings } from './settings.ts'
import { formatTable } from './table.ts'

export interface ReresolveOptions {
  domain: string
  host?: string
  apply?: boolean
}

interface Shifted {
  appointment: { id: string }
  wallTime: string
  zone: string
  previousStartAt: string
  startAt: string
  overbooked: boolean
}

interface Page {
  nodes: Shifted[]
  endProviderId: string | null
  hasNextPage: boolean
  zoneData: string
}

const selection = `nodes { appointment { id } wallTime zone previousStartAt startAt overbooked }
  endProviderId hasNextPage zoneData`
const listing = `query ($after: ID) { shifted: shiftedAppointmentTimes(after: $after) { ${selection} } }`
const applying = `mutation ($after: ID) {
  moved: reresolveAppointmentTimes(input: { after: $after }) { shifted { ${selection} } } }`

/** Lists the appointments of a domain whose times have shifted or, when that is asked for, moves them. */
export async function reresolveZones(
  { domain, host, apply = false }: ReresolveOptions,
  settings: Settings,
): Promise<void> {
  const known = host ?? (await settings.findHost(domain))
  const person = { domain, subject: 'support', name: 'Support', role: 'support' as const }
  const ask = (after: string | null) =>
    askGraph(settings.settingsAddress(person, known), apply ? applying : listing, { after })
  const shifted: Shifted[] = []
  for (let after: string | null = null; ;) {
    const page = readPage(await ask(after))
    shifted.push(...page.nodes)
    if (!page.hasNextPage) return report(shifted, page.zoneData, apply, settings)
    after = page.endProviderId
  }
}

function readPage(answer: Record<string, unknown>): Page {
  const { shifted, moved } = answer as { shifted?: Page; moved?: { shifted: Page } }
  const page = shifted ?? moved?.shifted
  if (!page) throw new Error('the answer has neither what shifted nor what was moved')
  return page
}

function report(shifted: Shifted[], zoneData: string, apply: boolean, { print }: Settings): void {
  const over = shifted.filter(({ overbooked }) => overbooked).length
  const rows = shifted.map(({ appointment, wallTime, zone, previousStartAt, startAt, overbooked }) => [
    ...[appointment.id, wallTime, zone, previousStartAt, startAt, overbooked ? 'over capacity' : ''],
  ])
  const done = apply
    ? `moved${over > 0 ? `, ${over} of them over capacity` : ''}`
    : 'shifted; --apply moves them'
  print({ zoneData, applied: apply, shifted }, [
    shifted.length === 0
      ? `No appointment to come has shifted by the zone data ${zoneData}.`
      : `By the zone data ${zoneData}, ${shifted.length} appointments to come ${apply ? 'were' : 'have'} ${done}.`,
    ...(rows.length === 0
      ? []
      : formatTable(['APPOINTMENT', 'TIME', 'ZONE', apply ? 'BEGAN' : 'BEGINS', 'BY THE DATA', ''], rows)),
  ])
}
