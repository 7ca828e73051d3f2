import { detailOf, type AuditEvent } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { searchKey, type Services } from '@commonchart/subgraph'
import { sql } from 'kysely'
import { warnOfContactPoints } from './contact-points.ts'
import type { PatientsChange } from './context.ts'
import { readDeath } from './death.ts'
import {
  addFormerNames,
  changeFormerNames,
  checkFormerNames,
  givesUpLastName,
  type FormerNameInput,
} from './former-names.ts'
import {
  checkIdentification,
  findIdentificationsOf,
  insertIdentification,
  readIdentificationRules,
  type IdentificationInput,
  type IdentificationRules,
} from './identifications.ts'
import { refuseTakenIdentification } from './identification-race.ts'
import { detailOfPatient, readBelongings } from './patient-detail.ts'
import { importItems, type ExternalId, type Importer, type ImportResult } from './import-items.ts'
import { readPatientReferences, referenceNames, type PatientReferencesInput } from './patient-references.ts'
import { refreshTerms, touchesTerms } from './patient-terms.ts'
import { readPatientValues, type PatientInput } from './patient-values.ts'
import { lockPatient } from './patients.ts'
import { insertPatient, updatePatientRow } from './write-patient.ts'

export interface ImportPatientInput extends PatientInput, PatientReferencesInput {
  externalId: ExternalId
  identifications?: IdentificationInput[] | null
  formerNames?: FormerNameInput[] | null
  deceased?: boolean | null
  deceasedAt?: string | null
}

/** Imports patients of another system; see `importItems` for what is promised. */
export async function importPatients(
  change: PatientsChange,
  services: Services,
  items: ImportPatientInput[],
): Promise<ImportResult[]> {
  const rules = await readIdentificationRules(change)
  const references = rememberReferences()
  const results = await importItems(change, items, (held) =>
    createPatientImporter(held, services, rules, references),
  )
  const changed = results.flatMap(({ outcome, id }, at) => {
    const isNewlyFound = outcome === 'CREATED' || (outcome === 'UPDATED' && touchesTerms({ ...items[at] }))
    return id !== null && isNewlyFound ? [id] : []
  })
  // All at once: what one patient is found by decides nothing about the next.
  if (changed.length > 0) await refreshTerms(change, changed)
  return results
}

type ReadReferences = typeof readPatientReferences

/** Reads what items refer to, the same references only once: most patients of an import have them in common. */
function rememberReferences(): ReadReferences {
  const known = new Map<string, ReturnType<ReadReferences>>()
  return async (change, services, input, path) => {
    const key = JSON.stringify(referenceNames.map((name) => input[name]))
    const found = known.get(key)
    if (found) return found
    const read = readPatientReferences(change, services, input, path)
    const references = await read
    // A refusal names the path of its item, so only what was found is kept.
    known.set(key, read)
    return references
  }
}

function createPatientImporter(
  change: PatientsChange,
  services: Services,
  rules: IdentificationRules,
  readReferences: ReadReferences,
): Importer<ImportPatientInput> {
  const read = async (item: ImportPatientInput, path: string, patientId: string | null) => {
    const violations = new Violations()
    const values = { ...readPatientValues(item, violations, path), ...readDeath(item, violations, path) }
    checkFormerNames(item.formerNames, violations, path)
    const added = await newIdentifications(change, rules, item, { path, patientId, violations })
    violations.throwIfAny()
    return { values: { ...values, ...(await readReferences(change, services, item, path)) }, added }
  }
  const audit = (id: string, version: number, detail: Pick<AuditEvent, 'fields' | 'before' | 'after'>) =>
    change.audit({
      action: 'patient.imported',
      record: { type: 'Patient', id, version },
      patientId: id,
      ...detail,
    })
  return {
    type: 'patient',
    async create(item, path) {
      const { values, added } = await read(item, path, null)
      const id = await insertPatient(change, values)
      await addFormerNames(change, id, item.formerNames ?? [])
      warnOfContactPoints(change.warn, values, path)
      await refuseTakenIdentification(async () => {
        for (const identification of added) await insertIdentification(change, rules, id, identification)
      })
      audit(id, 1, { fields: Object.keys(item).filter((name) => name !== 'externalId') })
      return id
    },
    async update(id, item, path) {
      const current = await lockPatient(change.trx, change.domainId, id, path)
      const { values, added } = await read(item, path, id)
      const formerNames = Boolean(item.formerNames?.length) || givesUpLastName(current, values)
      const belongs = await readBelongings(change, id, { ...item, formerNames })
      const version = await updatePatientRow(change, current, values)
      await changeFormerNames(change, current, values, undefined)
      await addFormerNames(change, id, item.formerNames ?? [])
      warnOfContactPoints(change.warn, values, path, current)
      await refuseTakenIdentification(async () => {
        for (const identification of added) await insertIdentification(change, rules, id, identification)
      })
      audit(id, version, await detailOfPatient(change, current, values, belongs))
    },
  }
}

/** The identifications of an item that the patient does not bear yet, checked. */
async function newIdentifications(
  change: PatientsChange,
  rules: IdentificationRules,
  item: ImportPatientInput,
  { path, patientId, violations }: { path: string; patientId: string | null; violations: Violations },
): Promise<IdentificationInput[]> {
  const borne = patientId ? await findIdentificationsOf(change.trx, change.domainId, patientId) : new Map()
  const keys = new Set([...borne.values()].map((own) => `${own.templateId} ${own.valueKey}`))
  const added: IdentificationInput[] = []
  for (const [at, input] of (item.identifications ?? []).entries()) {
    if (keys.has(`${input.templateId ?? null} ${searchKey(input.value ?? '')}`)) continue
    await checkIdentification(change, rules, input, violations, {
      path: `${path}.identifications.${at}`,
      isNew: true,
    })
    added.push(input)
  }
  return added
}

export interface ImportTemplateInput {
  externalId: ExternalId
  name: string
}

/** Imports kinds of identification of another system. */
export function importTemplates(
  change: PatientsChange,
  items: ImportTemplateInput[],
): Promise<ImportResult[]> {
  return importItems(change, items, createTemplateImporter)
}

function createTemplateImporter(change: PatientsChange): Importer<ImportTemplateInput> {
  const { trx, domainId } = change
  const check = (item: ImportTemplateInput, path: string) => {
    const violations = new Violations()
    if (item.name.trim() === '') violations.add(`${path}.name`, 'REQUIRED', 'It must not be blank.')
    violations.throwIfAny()
  }
  return {
    type: 'identification_template',
    async create(item, path) {
      check(item, path)
      const { rows } = await sql<{
        id: number
      }>`SELECT commonchart.next_id('identification_template') AS id`.execute(trx)
      const id = rows[0]?.id ?? 0
      await trx.insertInto('identificationTemplate').values({ domainId, id, name: item.name }).execute()
      change.audit({
        action: 'identification_template.created',
        record: { type: 'IdentificationTemplate', id: String(id), version: 1 },
        fields: ['name'],
      })
      return String(id)
    },
    async update(id, item, path) {
      check(item, path)
      const current = await trx
        .selectFrom('identificationTemplate')
        .selectAll()
        .where('domainId', '=', domainId)
        .where('id', '=', Number(id))
        .forUpdate()
        .executeTakeFirstOrThrow()
      const { version } = await trx
        .updateTable('identificationTemplate')
        .set((row) => ({ name: item.name, version: row('version', '+', 1) }))
        .where('domainId', '=', domainId)
        .where('id', '=', Number(id))
        .returning('version')
        .executeTakeFirstOrThrow()
      change.audit({
        action: 'identification_template.updated',
        record: { type: 'IdentificationTemplate', id, version },
        fields: ['name'],
        ...detailOf(current, { name: item.name }, ['name']),
      })
    },
  }
}
