import type { AuditAction } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion } from '@commonchart/subgraph'
import type { Insertable } from 'kysely'
import { detailOfChange, fieldsSet } from './changed-fields.ts'
import type { PatientsChange } from './context.ts'
import { takeId } from './counters.ts'
import type { FacilityRow } from './directory-tables.ts'
import { lockFacility, type Facility } from './facilities.ts'
import { readFacility, type FacilityInput, type FacilityValues } from './facility-values.ts'
import { importItems, type ExternalId, type Importer, type ImportResult } from './import-items.ts'
import { wordKeys } from './index-key.ts'

/** Adds a facility to the address book. */
export async function createFacility(
  change: PatientsChange,
  input: FacilityInput & { clientMutationId?: string | null },
): Promise<{ id: string }> {
  const violations = new Violations()
  const values = readFacility(input, violations, 'input')
  violations.throwIfAny()
  return { id: await insertFacility(change, values, 'facility.created') }
}

/** Changes a facility that is the organisation's own: absent leaves as it is, null clears. */
export async function updateFacility(
  change: PatientsChange,
  input: FacilityInput & { id: string; expectedVersion?: number | null; clientMutationId?: string | null },
): Promise<{ id: string }> {
  const current = await lockFacility(change.trx, change.domainId, input.id, 'input.id')
  expectVersion(current.version, input.expectedVersion)
  const violations = new Violations()
  if (current.readOnly) refuseReadOnly(violations)
  const values = readFacility(input, violations, 'input')
  violations.throwIfAny()
  await changeFacility(change, current, values, 'facility.updated')
  return { id: String(current.id) }
}

/** Adds the rule that a record of a shared directory breaks when anything but an import would change it. */
export function refuseReadOnly(violations: Violations): void {
  violations.add('input.id', 'READ_ONLY', 'It belongs to a shared directory: only an import changes it.')
}

export type ImportFacilityInput = FacilityInput & { externalId: ExternalId }

/** Imports facilities of another system; see `importItems` for what is promised. */
export function importFacilities(
  change: PatientsChange,
  items: ImportFacilityInput[],
): Promise<ImportResult[]> {
  return importItems(change, items, createFacilityImporter)
}

function createFacilityImporter(change: PatientsChange): Importer<ImportFacilityInput> {
  const read = (item: ImportFacilityInput, path: string) => {
    const violations = new Violations()
    const values = readFacility(item, violations, path)
    violations.throwIfAny()
    return values
  }
  return {
    type: 'facility',
    async create(item, path) {
      return insertFacility(change, read(item, path), 'facility.imported')
    },
    async update(id, item, path) {
      const current = await lockFacility(change.trx, change.domainId, id, path)
      await changeFacility(change, current, read(item, path), 'facility.imported')
    },
  }
}

async function insertFacility(
  change: PatientsChange,
  values: FacilityValues,
  action: AuditAction,
): Promise<string> {
  const { trx, domainId, now } = change
  const id = await takeId(trx, 'facility')
  await trx
    .insertInto('facility')
    .values({ ...values, domainId, id, createdAt: now, updatedAt: now } as Insertable<FacilityRow>)
    .execute()
  await insertNames(change, id, values.name ?? '')
  change.audit({
    action,
    record: { type: 'Facility', id: String(id), version: 1 },
    fields: fieldsSet(values),
  })
  return String(id)
}

async function changeFacility(
  change: PatientsChange,
  current: Facility,
  values: FacilityValues,
  action: AuditAction,
): Promise<void> {
  const { trx, domainId, now } = change
  const version = current.version + 1
  await trx
    .updateTable('facility')
    .set({ ...values, version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', current.id)
    .execute()
  if (values.name !== undefined && values.name !== current.name) {
    await trx
      .deleteFrom('facilityName')
      .where('domainId', '=', domainId)
      .where('facilityId', '=', current.id)
      .execute()
    await insertNames(change, current.id, values.name)
  }
  change.audit({
    action,
    record: { type: 'Facility', id: String(current.id), version },
    ...detailOfChange(current, values),
  })
}

async function insertNames({ trx, domainId }: PatientsChange, id: number, name: string): Promise<void> {
  const rows = wordKeys(name).map((nameKey) => ({ domainId, nameKey, facilityId: id }))
  if (rows.length > 0) await trx.insertInto('facilityName').values(rows).execute()
}
