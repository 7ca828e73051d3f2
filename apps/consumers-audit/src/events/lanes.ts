import type { ToldEvent } from './payload.ts'

/** Whose records an event is about: events with a patient in common are delivered one after the other. */
export function subjectsOf({
  topic,
  patientId,
  recordId,
}: Pick<ToldEvent, 'topic' | 'patientId' | 'recordId'>): string[] {
  if (patientId === null) return [`record ${recordId}`]
  // A merge comes between what was before and after it in both charts.
  return topic === 'patient.merged' && recordId !== null && recordId !== patientId
    ? [`patient ${patientId}`, `patient ${recordId}`]
    : [`patient ${patientId}`]
}

/** What became of an item: it was sent and acknowledged or not, held back by another, or not come to. */
export type Outcome = 'acknowledged' | 'failed' | 'held' | 'left'

/** An item in its lanes, one for each subject: it is ready when no lane has another before it. */
interface Place<Item> {
  item: Item
  subjects: string[]
  before: number
  behind: Place<Item>[]
}

/**
 * Sends items, `atOnce` of them at a time, those with a subject in common one after the other in their order. One that fails
 * holds back later ones of its subjects, as does one that `isHeldBack`. Once `mayGoOn` says no, nothing further is sent.
 */
export async function sendInLanes<Item>(
  items: readonly Item[],
  options: {
    atOnce: number
    isHeldBack: (item: Item, subjects: string[]) => boolean
    subjectsOf: (item: Item) => string[]
    send: (item: Item) => Promise<boolean>
    mayGoOn: () => boolean
    /** Is told once of each item. */
    onOutcome: (item: Item, outcome: Outcome) => void
  },
): Promise<void> {
  const { atOnce, isHeldBack, send, mayGoOn, onOutcome } = options
  const left = new Set<string>()
  const blocked = new Set<string>()
  const ready = formLanes(items, options.subjectsOf)
  let next = 0

  /** What becomes of an item without its being sent; null when it is to be. */
  function judge({ item, subjects }: Place<Item>): 'held' | 'left' | null {
    if (left.size > 0 && subjects.some((each) => left.has(each))) return 'left'
    if (blocked.size > 0 && subjects.some((each) => blocked.has(each))) return 'held'
    if (isHeldBack(item, subjects)) return 'held'
    return mayGoOn() ? null : 'left'
  }

  async function work(): Promise<void> {
    for (let place = ready[next]; place !== undefined; place = ready[next]) {
      next += 1
      const outcome = judge(place) ?? ((await send(place.item)) ? 'acknowledged' : 'failed')
      onOutcome(place.item, outcome)
      if (outcome !== 'acknowledged')
        // Of a merge that is held back, the other chart waits too.
        for (const each of place.subjects) (outcome === 'left' ? left : blocked).add(each)
      for (const behind of place.behind) {
        behind.before -= 1
        if (behind.before === 0) ready.push(behind)
      }
    }
  }

  await Promise.all(Array.from({ length: atOnce }, work))
}

/** Puts items into their lanes, and gives those that stand at the head of all of theirs. */
function formLanes<Item>(items: readonly Item[], subjectsOfItem: (item: Item) => string[]): Place<Item>[] {
  const ends = new Map<string, Place<Item>>()
  const ready: Place<Item>[] = []
  for (const item of items) {
    const place: Place<Item> = { item, subjects: subjectsOfItem(item), before: 0, behind: [] }
    for (const subject of place.subjects) {
      const end = ends.get(subject)
      ends.set(subject, place)
      if (!end) continue
      end.behind.push(place)
      place.before += 1
    }
    if (place.before === 0) ready.push(place)
  }
  return ready
}
