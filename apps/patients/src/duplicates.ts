import { refusal } from '@commonchart/errors'
import { findSetting, noteRead, writeSetting } from '@commonchart/subgraph'
import type { Context, PatientsChange } from './context.ts'
import { findMatches, type PatientMatch, type WantedPerson } from './patient-matches.ts'

/** What a domain wants to happen when a new patient may be on the record already. */
export type DuplicateHandling = 'REFUSE_HIGH' | 'REFUSE_MEDIUM' | 'WARN'

const settingName = 'duplicates'
const mostNamed = 10
const message = 'The person may be on the record already.'

export async function findDuplicateHandling(
  change: Pick<PatientsChange, 'trx' | 'domainId'>,
): Promise<DuplicateHandling> {
  return (await findSetting<DuplicateHandling>(change.trx, change.domainId, settingName)) ?? 'WARN'
}

/** Decides what happens to likely duplicates from now on. */
export async function setDuplicateHandling(
  change: PatientsChange,
  handling: DuplicateHandling,
): Promise<{ handling: DuplicateHandling }> {
  const before = await findDuplicateHandling(change)
  await writeSetting(change.trx, change.domainId, settingName, handling)
  change.audit({
    action: 'setting.updated',
    record: { type: 'PatientSetting', id: settingName },
    fields: ['duplicateHandling'],
    before: { duplicateHandling: before },
    after: { duplicateHandling: handling },
  })
  return { handling }
}

/** Puts candidates on the record: that somebody may be there already tells something of those who are named. */
export function noteCandidates({ recorded }: Context, patientIds: string[]): void {
  for (const patientId of patientIds) noteRead(recorded, patientId, null)
}

/**
 * Looks for a new person among the patients: warns with `POSSIBLE_DUPLICATE` when there are candidates, or refuses with it
 * when the domain wants that. Only ids and confidence are told; `saw` is given the ids first.
 */
export async function warnOfDuplicates(
  change: PatientsChange,
  wanted: WantedPerson,
  saw: (patientIds: string[]) => void,
): Promise<void> {
  const matches = await findMatches(change.trx, change.domainId, wanted)
  if (matches.length === 0) return
  const handling = await findDuplicateHandling(change)
  const candidates = matches
    .slice(0, mostNamed)
    .map(({ patientId, confidence }) => ({ patientId, confidence }))
  saw(candidates.map(({ patientId }) => patientId))
  if (isRefused(matches, handling))
    throw refusal('POSSIBLE_DUPLICATE', message, { path: 'input', candidates })
  change.warn('POSSIBLE_DUPLICATE', message, { path: 'input', candidates })
}

function isRefused([best]: PatientMatch[], handling: DuplicateHandling): boolean {
  if (handling === 'WARN') return false
  return best?.confidence === 'HIGH' || (handling === 'REFUSE_MEDIUM' && best?.confidence === 'MEDIUM')
}
