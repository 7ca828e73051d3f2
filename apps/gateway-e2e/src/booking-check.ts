import { unknown, type Heard, type Slot, type Told } from './booking-clients.ts'
import { query } from './record-check.ts'
import type { Stack } from './stack.ts'

/** What takes time in the database, read past every wall. */
interface Stored {
  appointments: {
    id: string
    providerId: string
    startAt: number
    endAt: number
    isLive: boolean
    overbooked: boolean
  }[]
  drafts: { id: string; providerId: string; startAt: number; endAt: number }[]
  /** Who holds a claim, once for each. */
  holders: string[]
}

/** Compares what clients heard with what the database holds, and names everything that does not fit. */
export async function findSoldFaults(
  stack: Stack,
  { slots, history, told }: { slots: Slot[]; history: Heard[]; told: Told[] },
): Promise<string[]> {
  const stored = await readStored(stack)
  return [
    ...findOversold(slots, stored),
    ...findWrongWinners(slots, history, stored),
    ...findUnlike(told, stored),
    ...findUnclaimed(stored),
    ...findOtherRefusals(history),
  ]
}

/** How many take the time of each slot: appointments, overbooked ones included, and drafts. */
export async function countTaken(stack: Stack, slots: Slot[]): Promise<number[]> {
  const { appointments, drafts } = await readStored(stack)
  const taking = [...appointments.filter(({ isLive }) => isLive), ...drafts]
  return slots.map((slot) => taking.filter((each) => isIn(each, slot)).length)
}

type Timed = Stored['drafts'][number]

function isIn({ providerId, startAt }: Timed, slot: Slot): boolean {
  return providerId === slot.providerId && startAt === Date.parse(slot.startAt)
}

/** Counts, at the beginning of whatever takes time, all that take the same provider's time but overbooked ones. */
function* findOversold(slots: Slot[], { appointments, drafts }: Stored): Generator<string> {
  const sold = [...appointments.filter(({ isLive, overbooked }) => isLive && !overbooked), ...drafts]
  for (const { providerId, startAt } of sold) {
    const capacity = slots.find((slot) => slot.providerId === providerId)?.capacity ?? 0
    const others = sold.filter(
      (each) => each.providerId === providerId && each.startAt <= startAt && each.endAt > startAt,
    )
    if (others.length > capacity)
      yield `provider ${providerId} at ${new Date(startAt).toISOString()}: ${others.length} for ${capacity}`
  }
}

const winning = new Set(['book', 'convert', 'take over'])

/** A slot that every client wants and nobody gives up has as many winners as it has room. */
function* findWrongWinners(
  slots: Slot[],
  history: Heard[],
  { appointments, drafts }: Stored,
): Generator<string> {
  for (const slot of slots.filter(({ isContested }) => isContested)) {
    const where = `provider ${slot.providerId} at ${slot.startAt}`
    const live = appointments.filter((each) => each.isLive && isIn(each, slot))
    const winners = history.filter(
      (heard) => heard.slot === slot && heard.code === 'accepted' && winning.has(heard.action),
    )
    if (live.length !== slot.capacity) yield `${where}: ${live.length} sold of ${slot.capacity}`
    if (winners.length !== slot.capacity)
      yield `${where}: ${winners.length} were told that they have one of ${slot.capacity}`
    const held = drafts.filter((each) => isIn(each, slot))
    if (held.length > 0) yield `${where}: ${held.length} still held`
  }
}

/** Each appointment that a client was told of stands as it was told, and there is no other. */
function* findUnlike(told: Told[], { appointments }: Stored): Generator<string> {
  const byId = new Map(appointments.map((each) => [each.id, each]))
  for (const { id, slot, isLive } of told) {
    const found = byId.get(id)
    byId.delete(id)
    if (!found) yield `appointment ${id}: told, and not there`
    else if (found.isLive !== isLive || !isIn(found, slot))
      yield `appointment ${id}: told live ${isLive} at ${slot.startAt}, is ${JSON.stringify(found)}`
  }
  for (const id of byId.keys()) yield `appointment ${id}: there, and nobody was told`
}

/** Whatever takes time and is not overbooked holds one claim, and nothing else holds any. */
function* findUnclaimed({ appointments, drafts, holders }: Stored): Generator<string> {
  const claims = new Map<string, number>()
  for (const holder of holders) claims.set(holder, (claims.get(holder) ?? 0) + 1)
  const taking = [
    ...appointments.filter((each) => each.isLive && !each.overbooked).map(({ id }) => `appointment ${id}`),
    ...drafts.map(({ id }) => `draft ${id}`),
  ]
  for (const holder of taking) {
    if (claims.get(holder) !== 1) yield `${holder}: holds ${claims.get(holder) ?? 0} claims`
    claims.delete(holder)
  }
  for (const holder of claims.keys()) yield `${holder}: holds time that it does not take`
}

/** Clients that were refused were refused for time, and were told so. */
function* findOtherRefusals(history: Heard[]): Generator<string> {
  const expected = new Set(['accepted', 'SLOT_TAKEN', null, ...unknown])
  for (const { action, code, text } of history)
    if (!expected.has(code)) yield `a ${action} was answered ${code}: ${text}`
}

async function readStored(stack: Stack): Promise<Stored> {
  const { domainId } = stack.north
  const read = <Row extends Record<string, unknown>>(text: string) =>
    query<Row>(stack, 'appointments', text, domainId)
  const times = `id, provider_id::text AS "providerId", extract(epoch FROM starts_at)::float8 * 1000 AS "startAt",
    extract(epoch FROM ends_at)::float8 * 1000 AS "endAt"`
  return {
    appointments: await read(
      `SELECT ${times}, overbooked, status NOT IN ('CANCELLED', 'REJECTED', 'NO_SHOW') AND NOT deactivated AS "isLive"
        FROM appointment WHERE domain_id = $1`,
    ),
    drafts: await read(`SELECT ${times} FROM draft_appointment WHERE domain_id = $1 AND expires_at > now()`),
    holders: (
      await read<{ holder: string }>(
        `SELECT holder_kind || ' ' || holder_id AS holder FROM time_claim c WHERE domain_id = $1 AND NOT EXISTS (
          SELECT FROM draft_appointment d WHERE c.holder_kind = 'draft' AND d.domain_id = c.domain_id AND d.id = c.holder_id
            AND d.expires_at <= now())`,
      )
    ).map(({ holder }) => holder),
  }
}
