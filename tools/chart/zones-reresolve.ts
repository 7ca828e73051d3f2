import { askGraph } from '../environment/graph.ts'
import type { Settings } from './settings.ts'
import { formatTable } from './table.ts'

export interface ReresolveOptions {
  domain: string
  host?: string
  apply?: boolean
}

interface Shift {
  wallTime: string
  zone: string
  previousStartAt: string
  startAt: string
  overbooked: boolean
}

/** One of whatever kind, as it is listed. */
interface Shifted extends Shift {
  kind: string
  id: string
}

interface Page {
  nodes: ({ appointment: { id: string } } & Shift)[]
  others: ({ kind: string; recordId: string } & Shift)[]
  endProviderId: string | null
  hasNextPage: boolean
  zoneData: string
}

const shift = 'wallTime zone previousStartAt startAt overbooked'
const selection = `nodes { appointment { id } ${shift} } others { kind recordId ${shift} }
  endProviderId hasNextPage zoneData`
const listing = `query ($after: ID) { shifted: shiftedAppointmentTimes(after: $after) { ${selection} } }`
const applying = `mutation ($after: ID) {
  moved: reresolveAppointmentTimes(input: { after: $after }) { shifted { ${selection} } } }`

/** Lists what of a domain has shifted, of which kind each is, or moves it when that is asked for. */
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
    shifted.push(...listOf(page))
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

function listOf({ nodes, others }: Page): Shifted[] {
  return [
    ...nodes.map(({ appointment: { id }, ...each }) => ({ kind: 'APPOINTMENT', id, ...each })),
    ...others.map(({ recordId: id, ...each }) => ({ ...each, id })),
  ]
}

function report(shifted: Shifted[], zoneData: string, apply: boolean, { print }: Settings): void {
  const over = shifted.filter(({ overbooked }) => overbooked).length
  const rows = shifted.map(({ kind, id, wallTime, zone, previousStartAt, startAt, overbooked }) => [
    ...[kind, id, wallTime, zone, previousStartAt, startAt, overbooked ? 'over capacity' : ''],
  ])
  const done = apply
    ? `moved${over > 0 ? `, ${over} of them over capacity` : ''}`
    : 'shifted; --apply moves them'
  print({ zoneData, applied: apply, shifted }, [
    shifted.length === 0
      ? `Nothing to come has shifted by the zone data ${zoneData}.`
      : `By the zone data ${zoneData}, ${shifted.length} times to come ${apply ? 'were' : 'have'} ${done}.`,
    ...(rows.length === 0
      ? []
      : formatTable(['KIND', 'ID', 'TIME', 'ZONE', apply ? 'BEGAN' : 'BEGINS', 'BY THE DATA', ''], rows)),
  ])
}
