import type { Violations } from '@commonchart/errors'
import { readText } from './input-text.ts'

/** Reads why the rules of booking are overridden; without an override there is nothing to give a reason for. */
export function readOverrideReason(
  { skipValidations, overrideReason }: { skipValidations?: boolean | null; overrideReason?: string | null },
  violations: Violations,
): string | null | undefined {
  const reason = readText(overrideReason, 'input.overrideReason', violations)
  if (reason && skipValidations !== true)
    violations.add(
      'input.overrideReason',
      'NO_OVERRIDE',
      'A reason for an override goes with `skipValidations: true`.',
    )
  return reason
}
