import type { Step } from './compile-plan.ts'

/**
 * Lists the scopes that running a plan needs: `AREA:write` where a subgraph runs root fields of a mutation, `AREA:read` where
 * one is asked for anything, before or after. `conditions` are the coerced variables; what they skip needs nothing.
 */
export function listNeededScopes(
  step: Step | null,
  conditions: Readonly<Record<string, unknown>>,
  into: Set<string> = new Set(),
): Set<string> {
  if (!step) return into
  switch (step.kind) {
    case 'Fetch':
      return into.add(`${step.subgraph}:${step.operation.startsWith('mutation') ? 'write' : 'read'}`)
    case 'Sequence':
    case 'Parallel':
      for (const each of step.steps) listNeededScopes(each, conditions, into)
      return into
    case 'Condition':
      return listNeededScopes(
        conditions[step.variable] === true ? step.whenTrue : step.whenFalse,
        conditions,
        into,
      )
  }
}
