/** Where a resource stood, and why it did not go in. */
export type Problem = { type: string; file: string; line: number; reason: string }

export type Reason = { reason: string; count: number; examples: { file: string; line: number }[] }

/** What became of the resources of one type. `handling` says whether they are imported at all. */
export type TypeReport = {
  type: string
  handling: 'imported' | 'joined' | 'counted'
  files: string[]
  read: number
  created: number
  unchanged: number
  updated: number
  refused: number
  reasons: Reason[]
  leftOut: { element: string; count: number }[]
}

/** What an import did. `stopped` says why it ended early, if it did. */
export type Report = {
  folder: string
  source: string
  durationMs: number
  types: TypeReport[]
  otherFiles: string[]
  stopped: string | null
}

/** Counts what becomes of the resources of one type; it keeps few examples of each reason, never a resource. */
export type Tally = {
  read(): void
  made(state: 'CREATED' | 'UNCHANGED' | 'UPDATED'): void
  refuse(file: string, line: number, reason: string): void
  leaveOut(elements: string[]): void
  report(): TypeReport
}

const examplesKept = 5

/** Creates the tally of one type. Each problem is told to `onProblem` at once, so that none has to be kept. */
export function createTally(
  type: string,
  handling: TypeReport['handling'],
  files: string[],
  onProblem: (problem: Problem) => void,
): Tally {
  const counts = { read: 0, CREATED: 0, UNCHANGED: 0, UPDATED: 0, refused: 0 }
  const reasons = new Map<string, Reason>()
  const leftOut = new Map<string, number>()
  return {
    read: () => void (counts.read += 1),
    made: (state) => void (counts[state] += 1),
    refuse(file, line, reason) {
      counts.refused += 1
      const entry = reasons.get(reason) ?? { reason, count: 0, examples: [] }
      entry.count += 1
      if (entry.examples.length < examplesKept) entry.examples.push({ file, line })
      reasons.set(reason, entry)
      onProblem({ type, file, line, reason })
    },
    leaveOut(elements) {
      for (const element of elements) leftOut.set(element, (leftOut.get(element) ?? 0) + 1)
    },
    report: () => ({
      type,
      handling,
      files,
      read: counts.read,
      created: counts.CREATED,
      unchanged: counts.UNCHANGED,
      updated: counts.UPDATED,
      refused: counts.refused,
      reasons: [...reasons.values()].sort((a, b) => b.count - a.count),
      leftOut: [...leftOut].map(([element, count]) => ({ element, count })).sort((a, b) => b.count - a.count),
    }),
  }
}
