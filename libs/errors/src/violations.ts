import { refusal } from './refusal.ts'

/** One rule that an input breaks, and where: `path` starts at the argument, for example `input.startAt`. */
export interface Violation {
  path: string
  rule: string
  message: string
  /** What is allowed in its place, for a rule that lists that. */
  allowed?: readonly string[]
  /** What stands in the way, for a rule that others decide. */
  blockedBy?: { type: string; id: string }[]
}

/** Gathers everything that is wrong with an input, so that one answer tells it all. */
export class Violations {
  readonly list: Violation[] = []

  add(
    path: (string | number)[] | string,
    rule: string,
    message: string,
    facts: Pick<Violation, 'allowed' | 'blockedBy'> = {},
  ): void {
    this.list.push({ path: typeof path === 'string' ? path : path.join('.'), rule, message, ...facts })
  }

  /** Throws `VALIDATION_FAILED` with every violation when there is one; `SLOT_TAKEN` when nothing else is wrong. */
  throwIfAny(): void {
    const [first] = this.list
    if (!first) return
    if (this.list.every(({ rule }) => rule === 'SLOT_TAKEN'))
      throw refusal('SLOT_TAKEN', first.message, { path: first.path, violations: this.list })
    const paths = [...new Set(this.list.map((violation) => violation.path))].join(', ')
    throw refusal('VALIDATION_FAILED', `The input breaks ${this.list.length} rule(s), at ${paths}.`, {
      violations: this.list,
    })
  }
}
