import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Answer } from './ask.ts'
import type { Clinic } from './clinic.ts'
import type { TestConsumer } from './consumers.ts'

/** A time at which a provider takes so many at once. */
export interface Slot extends Clinic {
  capacity: number
  startAt: string
  untilAt: string
  /** Whether every client tries once to get it and keeps it; in other slots clients come and go. */
  isContested: boolean
}

/** One request of a client: what it did in which slot, and what it heard; null when the connection broke before an answer. */
export interface Heard {
  action: string
  slot: Slot
  code: string | null
  text: string
}

/** An appointment as its client was told of it last. */
export interface Told {
  id: string
  slot: Slot
  isLive: boolean
}

/** Clients under way, the history that they keep, and the appointments that they were told of. */
export interface BookingClients {
  history: Heard[]
  told: Told[]
  inFlight(): number
  /** Requests of which it is known what became of them: grows only while the product serves. */
  served(): number
  /** Ends when every client has tried every contested slot. */
  stop(): Promise<void>
  /** Ends whatever they are about: for a test that has failed. */
  abandon(): Promise<void>
}

/** How clients get their slots; each way has a consumer of its own, for a draft is taken over by its creator. */
export interface Ways {
  booking: TestConsumer
  converting: TestConsumer
  takingOver: TestConsumer
}

/** Answers after which nobody knows whether it was done: it is sent again under the same Idempotency-Key. */
export const unknown: ReadonlySet<string> = new Set([
  ...['SUBGRAPH_UNAVAILABLE', 'TIMEOUT', 'AUDIT_UNAVAILABLE', 'REGISTRY_UNAVAILABLE'],
  'IDEMPOTENCY_KEY_IN_USE',
])
const breathMs = 50
const mostAttempts = 1200
/** A client that has so many appointments in slots that come and go changes those. */
const mostOwned = 2

const mutations = {
  createAppointment: 'id',
  createDraftAppointment: 'draftAppointment { id }',
  convertDraftAppointment: 'appointment { id }',
  deleteDraftAppointment: 'clientMutationId',
  updateAppointment: 'appointment { id }',
}

/** Starts clients that book, hold, convert, move, cancel, revive and override without a pause, at all gateways in turn. */
export function startBookingClients(
  ways: Ways,
  {
    slots,
    patientIds,
    gateways,
    count,
  }: { slots: Slot[]; patientIds: string[]; gateways: string[]; count: number },
): BookingClients {
  const history: Heard[] = []
  const told: Told[] = []
  let [going, abandoned, inFlight, served, asked] = [true, false, 0, 0, 0]

  /** Sends a mutation until it is known what became of it, and gives what it made; null when it is refused. */
  async function write(
    consumer: TestConsumer,
    name: keyof typeof mutations,
    [action, slot, input]: [string, Slot, object],
  ): Promise<{ id: string } | null> {
    const headers = { 'idempotency-key': randomUUID() }
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`
    const query = `mutation ($input: ${type}) { made: ${name}(input: $input) { ${mutations[name]} } }`
    for (let attempt = 0; attempt < mostAttempts && !abandoned; attempt += 1) {
      const gateway = gateways[asked % gateways.length]
      inFlight += 1
      asked += 1
      const answer = await consumer
        .ask(query, { variables: { input }, headers, gateway })
        .catch((error: unknown) => brokenOff(error))
      inFlight -= 1
      const code = codeOf(answer)
      history.push({ action, slot, code, text: answer?.text ?? '' })
      if (code === null || unknown.has(code)) {
        await pause(breathMs)
        continue
      }
      served += 1
      return code === 'accepted' ? madeOf(answer) : null
    }
    throw new Error(`nobody ever said what became of a ${action}`)
  }

  /** Tries to get a slot in one of the ways, and notes the appointment. */
  async function take(slot: Slot, way: number, patientId: string): Promise<Told | null> {
    const { locationId, providerId, serviceId, startAt, untilAt } = slot
    const place = { locationId, providerId, serviceId, startAt, untilAt }
    const booking = { ...place, patientId }
    let made: { id: string } | null
    if (way % 3 === 0) made = await write(ways.booking, 'createAppointment', ['book', slot, booking])
    else {
      const consumer = way % 3 === 1 ? ways.converting : ways.takingOver
      const draft = await write(consumer, 'createDraftAppointment', ['hold', slot, place])
      if (!draft) return null
      if (!slot.isContested && way % 4 === 0) {
        await write(consumer, 'deleteDraftAppointment', ['release', slot, { id: draft.id }])
        return null
      }
      made =
        consumer === ways.converting
          ? await write(consumer, 'convertDraftAppointment', ['convert', slot, { id: draft.id, patientId }])
          : await write(consumer, 'createAppointment', ['take over', slot, booking])
    }
    return made && note({ id: made.id, slot, isLive: true })
  }

  function note(one: Told): Told {
    told.push(one)
    return one
  }

  async function change(one: Told, action: string, input: object): Promise<boolean> {
    const written = [action, one.slot, { id: one.id, ...input }] as [string, Slot, object]
    return (await write(ways.booking, 'updateAppointment', written)) !== null
  }

  async function run(client: number): Promise<void> {
    const patientId = patientIds[client % patientIds.length] ?? ''
    const contested = turned(
      slots.filter(({ isContested }) => isContested),
      client,
    )
    const free = slots.filter(({ isContested }) => !isContested)
    const own: Told[] = []
    for (let turn = 0; !abandoned && (going || contested.length > 0); turn += 1) {
      const next = contested.shift()
      if (next) await take(next, client + turn, patientId)
      const slot = free[(client * 7 + turn) % free.length]
      if (!slot) continue
      const mine = own[turn % Math.max(1, own.length)]
      if (!mine || own.length < mostOwned) {
        const made =
          turn % 11 === 10 ? await override(slot, patientId) : await take(slot, client + turn, patientId)
        if (made) own.push(made)
      } else if (!mine.isLive) mine.isLive = await change(mine, 'revive', { status: 'CONFIRMED' })
      else if (turn % 2 === 0) {
        const { locationId, providerId, serviceId, startAt, untilAt } = slot
        if (await change(mine, 'move', { locationId, providerId, serviceId, startAt, untilAt }))
          mine.slot = slot
      } else mine.isLive = !(await change(mine, 'cancel', { status: 'CANCELLED' }))
    }
  }

  async function override(slot: Slot, patientId: string): Promise<Told | null> {
    const { locationId, providerId, serviceId, startAt, untilAt } = slot
    const input = { locationId, providerId, serviceId, startAt, untilAt, patientId, skipValidations: true }
    const made = await write(ways.booking, 'createAppointment', ['override', slot, input])
    return made && note({ id: made.id, slot, isLive: true })
  }

  const running = Array.from({ length: count }, (_, client) => run(client))
  return {
    history,
    told,
    inFlight: () => inFlight,
    served: () => served,
    async stop() {
      going = false
      await Promise.all(running)
    },
    async abandon() {
      abandoned = true
      await Promise.allSettled(running)
    },
  }
}

function brokenOff(error: unknown): null {
  if (error instanceof Error) return null
  throw error
}

/** The code with which an answer refuses, or `accepted`; null when there is no answer. */
export function codeOf(answer: Answer | null): string | null {
  if (!answer) return null
  const code = answer.body.errors?.[0]?.extensions.code
  if (code !== undefined) return String(code)
  return answer.status === 200 && answer.body.data?.made ? 'accepted' : 'SUBGRAPH_UNAVAILABLE'
}

function madeOf(answer: Answer | null): { id: string } {
  const { draftAppointment, appointment, ...made } = answer?.body.data?.made ?? {}
  return (draftAppointment ?? appointment ?? made) as { id: string }
}

function turned<Item>(items: Item[], by: number): Item[] {
  const at = by % Math.max(1, items.length)
  return [...items.slice(at), ...items.slice(0, at)]
}
