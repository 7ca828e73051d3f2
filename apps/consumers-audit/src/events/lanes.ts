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

/**
 * Sends items, `atOnce` of them at a time, those with a subject in common one after the other in their order. One that fails
 * holds back later ones of its subjects, as does one that `isHeldBack`. Once `mayGoOn` says no, nothing further is sent.
 */
export async function sendInLanes<Item>(
  items: readonly Item[],
  options: {
    atOnce: number
    isHeldBack: (item: Item) => boolean
    subjectsOf: (item: Item) => string[]
    send: (item: Item) => Promise<boolean>
    mayGoOn: () => boolean
  },
): Promise<Map<Item, Outcome>> {
  const { atOnce, isHeldBack, send, mayGoOn } = options
  const outcomes = new Map<Item, Outcome>()
  const left = new Set<string>()
  const blocked = new Set<string>()
  const subjects = new Map(items.map((item) => [item, options.subjectsOf(item)]))
  const lanes = new Map<string, Item[]>()
  for (const [item, all] of subjects)
    for (const subject of all) {
      const lane = lanes.get(subject)
      if (lane) lane.push(item)
      else lanes.set(subject, [item])
    }
  const heads = (item: Item): boolean =>
    subjects.get(item)?.every((each) => lanes.get(each)?.[0] === item) ?? false
  const ready = items.filter(heads)

  /** Takes an item out of its lanes and gives those that have come to the head of all of theirs. */
  function leave(item: Item): Item[] {
    const next = (subjects.get(item) ?? []).flatMap((each) => {
      const lane = lanes.get(each)
      lane?.shift()
      return lane?.[0] === undefined ? [] : [lane[0]]
    })
    return [...new Set(next)].filter(heads)
  }

  function leaveOut(item: Item, own: string[]): void {
    outcomes.set(item, 'left')
    for (const each of own) left.add(each)
  }

  async function work(): Promise<void> {
    for (let item = ready.shift(); item !== undefined; item = ready.shift()) {
      const own = subjects.get(item) ?? []
      if (own.some((each) => left.has(each))) leaveOut(item, own)
      else if (isHeldBack(item) || own.some((each) => blocked.has(each))) {
        outcomes.set(item, 'held')
        // Of a merge that is held back, the other chart waits too.
        for (const each of own) blocked.add(each)
      } else if (!mayGoOn()) leaveOut(item, own)
      else {
        const acknowledged = await send(item)
        outcomes.set(item, acknowledged ? 'acknowledged' : 'failed')
        if (!acknowledged) for (const each of own) blocked.add(each)
      }
      ready.push(...leave(item))
    }
  }

  await Promise.all(Array.from({ length: atOnce }, work))
  return outcomes
}
