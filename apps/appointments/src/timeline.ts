/** Time from one instant to another, in milliseconds since 1970; its end is no longer part of it. */
export interface Span {
  startMs: number
  endMs: number
}

/** Spans in the order in which they begin, and for each place the latest end of all up to there. */
export interface Timeline<Item extends Span> {
  items: readonly Item[]
  latestEnds: readonly number[]
}

/** Orders spans so that those which meet a time are found without looking at the others. */
export function createTimeline<Item extends Span>(spans: readonly Item[]): Timeline<Item> {
  const items = spans.toSorted((one, other) => one.startMs - other.startMs)
  let latest = Number.NEGATIVE_INFINITY
  const latestEnds = items.map(({ endMs }) => (latest = Math.max(latest, endMs)))
  return { items, latestEnds }
}

/** Finds the spans that have a part of a time. */
export function overlapping<Item extends Span>({ items, latestEnds }: Timeline<Item>, time: Span): Item[] {
  const found: Item[] = []
  for (let at = placeOf(items, time.endMs) - 1; at >= 0; at -= 1) {
    if ((latestEnds[at] ?? 0) <= time.startMs) break
    const item = items[at]
    if (item && item.endMs > time.startMs) found.push(item)
  }
  return found.reverse()
}

/** The number of spans that begin before an instant. */
function placeOf(items: readonly Span[], instantMs: number): number {
  let [from, to] = [0, items.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((items[middle]?.startMs ?? 0) < instantMs) from = middle + 1
    else to = middle
  }
  return from
}

/** The largest number of spans that hold one instant. */
export function busiest(spans: readonly Span[]): number {
  const edges = spans
    .flatMap(({ startMs, endMs }) => [
      { at: startMs, step: 1 },
      { at: endMs, step: -1 },
    ])
    .toSorted((one, other) => one.at - other.at || one.step - other.step)
  let [now, most] = [0, 0]
  for (const { step } of edges) {
    now += step
    most = Math.max(most, now)
  }
  return most
}
