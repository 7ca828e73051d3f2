/** How one consumer used an element, or elements together. */
export interface Use {
  domain: string
  consumer: { id: string; name: string }
  /** How many requests named it. */
  requests: number
  /** Whether more than that are possible, because several elements are looked at together. */
  isAtLeast: boolean
  lastUsedAt: Date
}

/** What consumers used of the graph of programs, as far back as is looked. */
export interface Usage {
  days: number
  /** Gives the use of elements, by their coordinates: one entry for each consumer that used any of them. */
  of(...elements: string[]): Use[]
}

/** A file that cannot say what was used. */
export class UnreadableUsage extends Error {
  override name = 'UnreadableUsage'
}

interface Line extends Omit<Use, 'isAtLeast' | 'lastUsedAt'> {
  graph: string
  element: string
  lastUsedAt: string
}

/**
 * Reads what `chart usage export` wrote: one JSON object a line. What was last used more than `days` before `now` counts as
 * unused. Throws `UnreadableUsage` when a line is none, and when there is no line for programs at all: a file in which
 * nothing was ever used would call everything unused.
 */
export function readUsage(text: string, { days, now }: { days: number; now: Date }): Usage {
  const since = now.getTime() - days * 24 * 60 * 60 * 1000
  const byElement = new Map<string, Use[]>()
  let seen = 0
  for (const [index, each] of text.split('\n').entries()) {
    if (each.trim() === '') continue
    const { graph, element, domain, consumer, requests, lastUsedAt } = readLine(each, index + 1)
    if (graph !== 'ENTERPRISE') continue
    seen += 1
    const last = new Date(lastUsedAt)
    if (last.getTime() < since) continue
    const use = { domain, consumer, requests, isAtLeast: false, lastUsedAt: last }
    byElement.set(element, [...(byElement.get(element) ?? []), use])
  }
  if (seen === 0) throw new UnreadableUsage('it tells of no use at all, so it cannot say what is unused')
  return {
    days,
    of: (...elements) => mergeUses(elements.flatMap((element) => byElement.get(element) ?? [])),
  }
}

function readLine(text: string, number: number): Line {
  let line: Partial<Line>
  try {
    line = JSON.parse(text) as Partial<Line>
  } catch {
    throw new UnreadableUsage(`line ${number} is no JSON; was the file cut off?`)
  }
  const { graph, element, domain, consumer, requests, lastUsedAt } = line
  const isWhole =
    [graph, element, domain, consumer?.id, consumer?.name].every((each) => typeof each === 'string') &&
    Number.isInteger(requests) &&
    !Number.isNaN(Date.parse(String(lastUsedAt)))
  if (!isWhole)
    throw new UnreadableUsage(`line ${number} is not of the form that \`chart usage export\` writes`)
  return line as Line
}

/** Puts the uses of each consumer together. A request may use several elements, so the largest number is what is certain. */
function mergeUses(uses: Use[]): Use[] {
  const merged = new Map<string, Use>()
  for (const use of uses) {
    const key = `${use.domain} ${use.consumer.id}`
    const known = merged.get(key)
    merged.set(key, known ? mergeTwo(known, use) : use)
  }
  return [...merged.values()].sort(
    (one, other) => other.requests - one.requests || one.domain.localeCompare(other.domain),
  )
}

function mergeTwo(one: Use, other: Use): Use {
  return {
    ...one,
    requests: Math.max(one.requests, other.requests),
    isAtLeast: true,
    lastUsedAt: one.lastUsedAt > other.lastUsedAt ? one.lastUsedAt : other.lastUsedAt,
  }
}
