import type { SubgraphDefinition } from '@commonchart/subgraph'
import type { CareTeamMember } from './care-team-members.ts'
import type { Verification } from './identification-verification.ts'
import type { Identification } from './identifications.ts'
import type { Patient } from './patient-columns.ts'
import type { Item } from './patient-data/items.ts'
import type { PatientMatch } from './patient-matches.ts'
import type { MergePreview } from './preview-merge.ts'
import type { SearchHit } from './search-patients.ts'
import { readPatientReferences } from './patients.ts'
import { eventHandlers } from './references.ts'
import { resolvers } from './resolvers.ts'
import { withRespondents } from './respondents.ts'
import type { Tables } from './tables.ts'

/** The patients subgraph: patients and what belongs to a person. */
export const patients: SubgraphDefinition<Tables> = {
  name: 'patients',
  schemaFolder: new URL('../schema/', import.meta.url),
  resolvers: withRespondents(resolvers),
  patientOf: {
    Patient: ({ id }: Patient) => id,
    Respondent: { showsPatient: ({ id }: Patient) => id },
    PatientChange: { showsPatient: ({ patientId }: { patientId: string }) => patientId },
    Identification: ({ patientId }: Identification) => patientId,
    CareTeamMember: ({ patientId }: CareTeamMember) => patientId,
    IdentificationVerification: ({ patientId }: Verification) => patientId,
    PatientDataItem: ({ patientId }: Item) => patientId,
    PatientMatch: { referenceOf: ({ patientId }: PatientMatch) => patientId },
    PatientSearchHit: { referenceOf: ({ patientId }: SearchHit) => patientId },
    PatientMergePreview: { referenceOf: ({ keptId }: MergePreview) => keptId },
    PatientMergeMove: { referenceOf: ({ mergedId }: MergePreview['moves'][number]) => mergedId },
    PatientMergeFill: { referenceOf: ({ mergedId }: MergePreview['fills'][number]) => mergedId },
  },
  others: ['appointments', 'consumers-audit'],
  events: eventHandlers,
  references: { patient: readPatientReferences },
}
