/** Why an element is not covered, by its schema coordinate. */
export type Excuses = Record<string, string>

export type Verdict = {
  total: number
  covered: number
  excused: number
  /** Neither covered nor excused. */
  uncovered: string[]
  /** Excuses for what is covered, or is in no schema, or that give no reason. */
  unneeded: string[]
  /** By how much the list of excuses is longer than it was. */
  grownBy: number
}

/**
 * Judges a coverage by the list of excuses, which may only shrink; `earlier` is the list as it was, if there was one.
 * `unowned` are the fields whose truth nothing owns yet: they must stay without a value, or leave that list.
 */
export function judge(
  elements: Iterable<string>,
  covered: ReadonlySet<string>,
  excuses: Excuses,
  earlier: Excuses | null,
  unowned: Excuses = {},
): Verdict {
  const all = [...elements]
  const known = new Set(all)
  const open = all.filter((name) => !covered.has(name))
  const given: Excuses = { ...excuses, ...unowned }
  const names = Object.keys(given)
  return {
    total: all.length,
    covered: all.length - open.length,
    excused: open.filter((name) => name in given).length,
    uncovered: open.filter((name) => !(name in given)).sort(),
    unneeded: names.filter((name) => covered.has(name) || !known.has(name) || !given[name]?.trim()).sort(),
    grownBy: earlier ? Math.max(0, Object.keys(excuses).length - Object.keys(earlier).length) : 0,
  }
}

/** Whether the coverage passes. */
export function passes(verdict: Verdict): boolean {
  return verdict.uncovered.length === 0 && verdict.unneeded.length === 0 && verdict.grownBy === 0
}

/** The verdict as lines for a terminal, the figures last. */
export function formatVerdict(verdict: Verdict): string {
  const percent = verdict.total === 0 ? 100 : (verdict.covered * 100) / verdict.total
  const list = (title: string, names: string[]): string[] =>
    names.length === 0 ? [] : [`${title} (${names.length}):`, ...names.map((name) => `  ${name}`)]
  const { grownBy } = verdict
  return [
    ...list('Neither covered nor excused', verdict.uncovered),
    ...list('Excused without need: remove from the list', verdict.unneeded),
    ...(grownBy > 0 ? [`The list of excuses is ${grownBy} longer than it was; it may only shrink.`] : []),
    `${verdict.covered} of ${verdict.total} elements covered (${percent.toFixed(1)} %), ${verdict.excused} excused`,
  ].join('\n')
}
