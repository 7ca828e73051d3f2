/** How long a page is: a number, what a variable says, or not known. */
export type PageSize = number | { variable: string } | null

/** A part of the answer that comes `times` over: itself, and the parts within it. Parts are shared between fragments. */
export interface CostPart {
  times: number | { variable: string }
  own: number
  parts: CostPart[]
}

/**
 * Adds parts up to a cost. What does not depend on variables is added up once; the rest for each request, each shared
 * part once.
 */
export function addUp(
  parts: CostPart[],
  defaults: ReadonlyMap<string, unknown>,
  { largestPage, usualPage }: { largestPage: number; usualPage: number },
): (variables: Record<string, unknown>) => number {
  const fixed = new Map<CostPart, number | null>()
  const sumFixed = (list: CostPart[]): number | null => {
    let sum: number | null = 0
    for (const part of list) {
      const cost = costOfFixed(part)
      sum = sum === null || cost === null ? null : sum + cost
    }
    return sum
  }
  const costOfFixed = (part: CostPart): number | null => {
    const known = fixed.get(part)
    if (known !== undefined) return known
    const inner = sumFixed(part.parts)
    const cost =
      inner === null || typeof part.times !== 'number' ? null : Math.max(part.times, 0) * (part.own + inner)
    fixed.set(part, cost)
    return cost
  }
  const whole = sumFixed(parts)
  if (whole !== null) return () => whole
  return (variables) => {
    const known = new Map<CostPart, number>()
    const sum = (list: CostPart[]): number => list.reduce((total, part) => total + costOf(part), 0)
    const costOf = (part: CostPart): number => {
      const done = fixed.get(part) ?? known.get(part)
      if (done !== undefined && done !== null) return done
      const cost = sizeOf(part.times) * (part.own + sum(part.parts))
      known.set(part, cost)
      return cost
    }
    const sizeOf = (times: CostPart['times']): number => {
      if (typeof times === 'number') return Math.max(times, 0)
      const value = variables[times.variable] ?? defaults.get(times.variable)
      return typeof value === 'number' ? Math.min(Math.max(value, 0), largestPage) : usualPage
    }
    return sum(parts)
  }
}
