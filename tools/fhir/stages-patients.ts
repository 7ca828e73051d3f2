import { identificationsOf } from './identification.ts'
import { mapPatient } from './map-patient.ts'
import type { PatientInput } from './map-patient.ts'
import type { Mapped } from './mapped.ts'
import { objects } from './element.ts'
import type { Json } from './element.ts'
import { identificationTemplateImport, patientImport } from './mutations.ts'
import { readResources } from './read-resources.ts'
import { createTally } from './report.ts'
import { openSender, runStage } from './stage.ts'
import { shown } from './work.ts'
import type { Import } from './work.ts'

/** A patient as the import mutation takes it: identifications name their template by its record. */
export type PatientImport = Omit<PatientInput, 'identifications'> & {
  familyPractitionerId?: string
  identifications: { templateId: number; value: string; startAt?: string; endAt?: string }[]
}

/** Reads the patients once for the kinds of identifiers that they bear, and imports a template for each kind. */
export async function importIdentificationTemplates(work: Import): Promise<void> {
  const files = work.files('Patient')
  if (!files) return
  const names = new Map<string, string>()
  // What is wrong with a line is told when the patients themselves are read.
  const unseen = createTally('Patient', 'counted', [], () => undefined)
  await shown(work, files, 'Patient identifiers', async () => {
    for await (const { resource } of readResources(files, unseen, work.run.progress, work.run.reading)) {
      const { identifications } = identificationsOf(resource['identifier'])
      for (const { system, name } of identifications) if (!names.has(system)) names.set(system, name)
    }
  })
  if (names.size === 0) return
  const tally = work.tally('Patient identifiers')
  const sender = openSender(work.run, identificationTemplateImport, tally, (item, id) =>
    work.templates.set(item.input.externalId.value, id),
  )
  for (const [system, name] of names) {
    tally.read()
    const input = { externalId: { system: 'urn:fhir:identifier-system', value: system }, name }
    const keys = { id: null, identifiers: [] }
    await sender.add({ input, keys, aliases: [], file: 'Patient', line: 0, bytes: 200, leftOut: [] })
  }
  await sender.end()
}

/** Imports the patients. */
export async function importPatients(work: Import): Promise<void> {
  const files = work.files('Patient')
  if (!files) return
  await shown(work, files, 'Patient', () =>
    runStage(work.run, {
      files,
      tally: work.tally('Patient'),
      mutation: patientImport,
      map: (resource) => mapWithTemplates(work, resource),
      onMade: (item, id) => work.references.add('Patient', item.keys, id),
    }),
  )
}

function mapWithTemplates(work: Import, resource: Json): Mapped<PatientImport> {
  const mapped = mapPatient(resource, work.mapping, (reference) =>
    work.references.resolve(reference, ['Practitioner', 'PractitionerRole']),
  )
  if ('problems' in mapped) return mapped
  const identifications: PatientImport['identifications'] = []
  const leftOut = [...mapped.leftOut]
  for (const { system, name: _name, ...identification } of mapped.input.identifications) {
    const template = work.templates.get(system)
    if (template === undefined) leftOut.push('identifier (its template was refused)')
    else identifications.push({ templateId: Number(template), ...identification })
  }
  const familyPractitionerId = familyPractitionerOf(work, resource)
  return { input: { ...mapped.input, ...familyPractitionerId, identifications }, leftOut }
}

/** The contact that the first general practitioner became, where one did. */
function familyPractitionerOf(work: Import, resource: Json): { familyPractitionerId?: string } {
  for (const reference of objects(resource['generalPractitioner'])) {
    const found = work.addressBook.resolve(reference, ['Practitioner', 'PractitionerRole'])
    if ('id' in found) return { familyPractitionerId: found.id }
  }
  return {}
}
