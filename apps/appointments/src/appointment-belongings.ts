import type { Violations } from '@commonchart/errors'
import { given, parseId, parseIntId } from '@commonchart/subgraph'
import { findAppointmentTags } from './appointment-tags.ts'
import type { AppointmentRecord } from './appointments.ts'
import type { AppointmentsChange } from './context.ts'
import { findPresentingIssue } from './presenting-issues.ts'
import { MissingReferences } from './references.ts'

/** What an input says of the presenting issue and the tags of an appointment. */
export interface BelongingsInput {
  presentingIssueId?: string | null
  tagIds?: string[] | null
}

type Belongings = Pick<AppointmentRecord, 'presentingIssueId' | 'tagIds'>

const nothing: Belongings = { presentingIssueId: null, tagIds: [] }

/**
 * Reads the presenting issue and the tags that an input gives an appointment, as columns; absent stays absent, null clears.
 * What is out of use is taken with a warning. Throws `NOT_FOUND` with the path of each that is not there.
 */
export async function readBelongings(
  change: AppointmentsChange,
  { presentingIssueId, tagIds }: BelongingsInput,
  before: Belongings = nothing,
): Promise<Partial<Belongings>> {
  const { trx, domainId, warn } = change
  const missing = new MissingReferences()
  const issue = presentingIssueId ? await findPresentingIssue(trx, domainId, presentingIssueId) : null
  if (issue === undefined || presentingIssueId === '') missing.add('input.presentingIssueId')
  const ids = (tagIds ?? []).map((id) => parseIntId(id) ?? 0)
  const tags = await findAppointmentTags(trx, domainId, ids)
  for (const [at, id] of ids.entries()) if (!tags.has(String(id))) missing.add(`input.tagIds.${at}`)
  missing.throwIfAny()
  if (issue?.deactivated && issue.id !== before.presentingIssueId)
    warn('PRESENTING_ISSUE_DEACTIVATED', 'The presenting issue is out of use; it was kept all the same.', {
      path: 'input.presentingIssueId',
      id: String(issue.id),
    })
  for (const { id } of [...tags.values()].filter((tag) => tag.deactivated && !before.tagIds.includes(tag.id)))
    warn('APPOINTMENT_TAG_DEACTIVATED', 'The tag is out of use; it was put on all the same.', {
      path: 'input.tagIds',
      id: String(id),
    })
  return given({
    presentingIssueId: presentingIssueId === undefined ? undefined : (issue?.id ?? null),
    tagIds: tagIds === undefined ? undefined : [...new Set(ids)].toSorted((one, other) => one - other),
  })
}

/** Reads as `readBelongings` does what an input changes of an appointment, and posts its tags. The caller holds the row. */
export async function changeBelongings(
  change: AppointmentsChange,
  row: AppointmentRecord,
  input: BelongingsInput,
): Promise<Partial<Belongings>> {
  const belongings = await readBelongings(change, input, row)
  const { tagIds } = belongings
  if (tagIds && tagIds.join() !== row.tagIds.join()) {
    await change.trx
      .deleteFrom('appointmentTagging')
      .where('domainId', '=', change.domainId)
      .where('appointmentId', '=', row.id)
      .execute()
    await postTags(change, row, tagIds)
  }
  return belongings
}

/** Posts the tags of an appointment that has no postings, so that it is found by them. */
export async function postTags(
  { trx, domainId }: AppointmentsChange,
  { id: appointmentId, createdAt }: Pick<AppointmentRecord, 'id' | 'createdAt'>,
  tagIds: number[] = [],
): Promise<void> {
  if (tagIds.length === 0) return
  await trx
    .insertInto('appointmentTagging')
    .values(tagIds.map((tagId) => ({ domainId, tagId, appointmentId, createdAt })))
    .execute()
}

/**
 * Who the patient of an input is, and where it says so: `respondentId` is CHR's former name of `patientId`. Adds a violation
 * when it names nobody, and the id is empty then, or two.
 */
export function readWhose(
  { patientId, respondentId }: { patientId?: string | null; respondentId?: string | null },
  violations: Violations,
): { id: string; path: string } {
  if (patientId && respondentId && parseId(patientId) !== parseId(respondentId))
    violations.add('input.respondentId', 'RESPONDENT_DIFFERS', 'This names another patient than `patientId`.')
  if (patientId) return { id: patientId, path: 'input.patientId' }
  if (respondentId) return { id: respondentId, path: 'input.respondentId' }
  violations.add('input.patientId', 'REQUIRED', 'An appointment is for a patient.')
  return { id: '', path: 'input.patientId' }
}
