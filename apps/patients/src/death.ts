import type { Violations } from '@commonchart/errors'
import type { PatientValues } from './patient-values.ts'

/**
 * Reads what an input says of a patient's death: a date of death says that the patient has died, and that the patient has
 * not died takes back the date. Both at once contradict each other.
 */
export function readDeath(
  { deceased, deceasedAt }: { deceased?: boolean | null; deceasedAt?: string | null },
  violations: Violations,
  path: string,
): PatientValues {
  if (deceased === false && deceasedAt)
    violations.add(`${path}.deceasedAt`, 'CONTRADICTION', 'Who has a date of death has died.')
  if (deceasedAt) return { deceased: true, deceasedAt }
  if (deceased === false || deceased === null) return { deceased, deceasedAt: null }
  return {
    ...(deceased !== undefined && { deceased }),
    ...(deceasedAt !== undefined && { deceasedAt }),
  }
}
