import type { Violations } from '@commonchart/errors'
import { given } from '@commonchart/subgraph'
import type { Optional } from './appointment-changes.ts'
import { readText } from './input-text.ts'

/** Reads the texts that an input gives an appointment. */
export function readTexts(
  input: { note?: Optional<string>; reason?: Optional<string> },
  violations: Violations,
) {
  return given({
    note: readText(input.note, 'input.note', violations),
    reason: readText(input.reason, 'input.reason', violations),
  })
}
