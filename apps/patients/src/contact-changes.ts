import type { AuditAction } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion } from '@commonchart/subgraph'
import type { Insertable } from 'kysely'
import { detailOfChange, fieldsSet } from './changed-fields.ts'
import { readContact, type ContactInput, type ContactValues } from './contact-values.ts'
import { lockContact, type Contact } from './contacts.ts'
import type { PatientsChange } from './context.ts'
import { takeId } from './counters.ts'
import type { ContactRow } from './directory-tables.ts'
import { requireFacility } from './facilities.ts'
import { refuseReadOnly } from './facility-changes.ts'
import { importItems, type ExternalId, type Importer, type ImportResult } from './import-items.ts'
import { wordKeys } from './index-key.ts'

/** Adds a contact to the address book. Throws `NOT_FOUND` when its facility does not exist. */
export async function createContact(
  change: PatientsChange,
  input: ContactInput & { facilityId: string; clientMutationId?: string | null },
): Promise<{ id: string }> {
  const violations = new Violations()
  const values = readContact(input, violations, 'input')
  violations.throwIfAny()
  const { trx, domainId } = change
  const facilityId = await requireFacility(trx, domainId, input.facilityId, 'input.facilityId')
  return { id: await insertContact(change, { ...values, facilityId }, 'contact.created') }
}

/** Changes a contact that is the organisation's own: absent leaves as it is, null clears. */
export async function updateContact(
  change: PatientsChange,
  input: ContactInput & { id: string; expectedVersion?: number | null; clientMutationId?: string | null },
): Promise<{ id: string }> {
  const current = await lockContact(change.trx, change.domainId, input.id, 'input.id')
  expectVersion(current.version, input.expectedVersion)
  const violations = new Violations()
  if (current.readOnly) refuseReadOnly(violations)
  const values = readContact(input, violations, 'input')
  violations.throwIfAny()
  await changeContact(change, current, values, 'contact.updated')
  return { id: String(current.id) }
}

export type ImportContactInput = ContactInput & { externalId: ExternalId; facilityId: string }

/** Imports contacts of another system; see `importItems` for what is promised. */
export function importContacts(change: PatientsChange, items: ImportContactInput[]): Promise<ImportResult[]> {
  return importItems(change, items, createContactImporter)
}

function createContactImporter(change: PatientsChange): Importer<ImportContactInput> {
  const { trx, domainId } = change
  const read = async (item: ImportContactInput, path: string): Promise<ContactValues> => {
    const violations = new Violations()
    const values = readContact(item, violations, path)
    violations.throwIfAny()
    const facilityId = await requireFacility(trx, domainId, item.facilityId, `${path}.facilityId`)
    return { ...values, facilityId }
  }
  return {
    type: 'contact',
    async create(item, path) {
      return insertContact(change, await read(item, path), 'contact.imported')
    },
    async update(id, item, path) {
      const current = await lockContact(trx, domainId, id, path)
      await changeContact(change, current, await read(item, path), 'contact.imported')
    },
  }
}

async function insertContact(
  change: PatientsChange,
  values: ContactValues,
  action: AuditAction,
): Promise<string> {
  const { trx, domainId, now } = change
  const id = await takeId(trx, 'contact')
  await trx
    .insertInto('contact')
    .values({ ...values, domainId, id, createdAt: now, updatedAt: now } as Insertable<ContactRow>)
    .execute()
  await insertNames(change, id, values)
  change.audit({
    action,
    record: { type: 'Contact', id: String(id), version: 1 },
    fields: fieldsSet(values),
  })
  return String(id)
}

async function changeContact(
  change: PatientsChange,
  current: Contact,
  values: ContactValues,
  action: AuditAction,
): Promise<void> {
  const { trx, domainId, now } = change
  const version = current.version + 1
  await trx
    .updateTable('contact')
    .set({ ...values, version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', current.id)
    .execute()
  const named = { ...current, ...values }
  if (named.firstName !== current.firstName || named.lastName !== current.lastName) {
    await trx
      .deleteFrom('contactName')
      .where('domainId', '=', domainId)
      .where('contactId', '=', current.id)
      .execute()
    await insertNames(change, current.id, named)
  }
  change.audit({
    action,
    record: { type: 'Contact', id: String(current.id), version },
    ...detailOfChange(current, values),
  })
}

async function insertNames(
  { trx, domainId }: PatientsChange,
  id: number,
  { firstName, lastName }: ContactValues,
): Promise<void> {
  const keys = wordKeys(`${firstName} ${lastName}`, `${lastName} ${firstName}`)
  const rows = keys.map((nameKey) => ({ domainId, nameKey, contactId: id }))
  if (rows.length > 0) await trx.insertInto('contactName').values(rows).execute()
}
