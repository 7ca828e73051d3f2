import type { AppointmentInput } from './map-appointment.ts'
import type { ContactInput } from './map-contact.ts'
import type { FacilityInput } from './map-facility.ts'
import type { LocationInput } from './map-location.ts'
import type { ProviderInput } from './map-provider.ts'
import type { ServiceKind } from './map-service.ts'
import type { ExternalId } from './mapped.ts'
import type { ImportMutation, Outcome } from './send.ts'
import type { PatientImport } from './stages-patients.ts'

export type IdentificationTemplateImport = { externalId: ExternalId; name: string }

export const locationImport = importMutation<LocationInput>('importLocations', 'ImportLocationInput')
export const providerImport = importMutation<ProviderInput>('importProviders', 'ImportProviderInput')
export const facilityImport = importMutation<FacilityInput>('importFacilities', 'ImportFacilityInput')
export const contactImport = importMutation<ContactInput>('importContacts', 'ImportContactInput')
export const serviceImport = importMutation<ServiceKind>('importServices', 'ImportServiceInput')
export const appointmentImport = importMutation<AppointmentInput>(
  'importAppointments',
  'ImportAppointmentInput',
)
export const patientImport = importMutation<PatientImport>('importPatients', 'ImportPatientInput')
export const identificationTemplateImport = importMutation<IdentificationTemplateImport>(
  'importIdentificationTemplates',
  'ImportIdentificationTemplateInput',
)

type Result = { outcome: string; id: string | null; violations: { path: string; message: string }[] }

/** The mutation `field` of the settings graph, which takes items of the type and gives a result for each, in order. */
function importMutation<Input>(field: string, type: string): ImportMutation<Input> {
  return {
    document: `mutation Import($input: [${type}!]!) {
  ${field}(input: $input) { results { outcome id violations { path message } } }
}`,
    variables: (inputs) => ({ input: inputs }),
    outcomes: (data) => ((data[field] as { results: Result[] } | null)?.results ?? []).map(toOutcome),
  }
}

/** An item's place in its batch says nothing to a reader of the report: the path begins at the item. */
function toOutcome({ outcome, id, violations }: Result): Outcome {
  if (id !== null && (outcome === 'CREATED' || outcome === 'UNCHANGED' || outcome === 'UPDATED'))
    return { state: outcome, id }
  const reasons = violations.map(({ path, message }) => `${path.replace(/^input\.\d+\.?/, '')}: ${message}`)
  return { state: 'REFUSED', reason: reasons.join('; ') || 'the gateway gave no reason' }
}
