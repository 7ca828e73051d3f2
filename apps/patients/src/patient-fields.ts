import type { GraphQLResolveInfo } from 'graphql'
import { loadArchivedBy } from './actors.ts'
import { ageOn, todayIn } from './age.ts'
import { listCareTeamOfPatient, type CareTeamArguments } from './care-team-members.ts'
import { findContact } from './contacts.ts'
import type { Context } from './context.ts'
import { findFacility } from './facilities.ts'
import { loadFormerNames } from './former-names.ts'
import { listIdentifications } from './identifications.ts'
import type { Patient } from './patient-columns.ts'
import { patientDataItems } from './patient-data/resolvers.ts'
import { listTagsOfPatient } from './status-tags.ts'

type Nothing = Record<string, never>
type Field = (patient: Patient, args: never, context: Context, info: GraphQLResolveInfo) => unknown

/** Who answers the fields of a patient that are no columns, under whatever name the type goes. */
export const patientFields = {
  age: async ({ dateOfBirth }: Patient, _: Nothing, context: Context) =>
    ageOn(await todayIn(context), dateOfBirth),
  archivedBy: (patient: Patient, _: Nothing, context: Context) => loadArchivedBy(patient, context),
  formerNames: ({ id }: Patient, _: Nothing, context: Context) => loadFormerNames(context, id),
  fullName: ({ firstName, middleName, lastName }: Patient) =>
    [firstName, middleName, lastName].filter(Boolean).join(' '),
  identifications: ({ id }: Patient, _: Nothing, context: Context) => listIdentifications(context, id),
  statusTags: ({ id }: Patient, _: Nothing, context: Context) => listTagsOfPatient(context, id),
  primaryLocation: ({ primaryLocationId: id }: Patient) =>
    id === null ? null : { __typename: 'Location', id },
  primaryPractitioner: ({ primaryPractitionerId: id }: Patient) =>
    id === null ? null : { __typename: 'ProviderUser', id },
  familyPractitioner: ({ familyPractitionerId: id }: Patient, _: Nothing, context: Context) =>
    id === null ? null : findContact(context, id),
  referringPractitioner: ({ referringPractitionerId: id }: Patient, _: Nothing, context: Context) =>
    id === null ? null : findContact(context, id),
  preferredPharmacy: ({ preferredPharmacyId: id }: Patient, _: Nothing, context: Context) =>
    id === null ? null : findFacility(context, id),
  patientDataItems,
  careTeamMembers: ({ id }: Patient, args: CareTeamArguments, context: Context) =>
    listCareTeamOfPatient(context, id, args),
} satisfies Record<string, Field>
