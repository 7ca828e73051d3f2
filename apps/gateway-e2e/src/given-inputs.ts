import { createConsumerKey } from '@commonchart/testing'

type Values = Record<string, unknown>
/** Gives the id of the record of a type that the test has made. */
export type IdOf = (type: string) => string

/**
 * What the input of a mutation needs beside values that fit its types: times in their order, keys, places. By mutation; one
 * that is not here takes whatever fits.
 */
export const givenInputs: Record<string, (idOf: IdOf) => Values> = {
  createLocation: () => ({ latitude: '49.28', longitude: '-123.12', timezoneIanaName: 'America/Vancouver' }),
  updateLocation: () => ({ latitude: '49.28', longitude: '-123.12' }),
  createService: () => ({ allowNewPatient: false, allowExistingPatient: false }),
  createStandardWorkHour: () => ({ startAtTime: '08:00', endAtTime: '09:00' }),
  createAppointment: (idOf) => ({
    patientId: idOf('Patient'),
    startAt: '2099-01-05T18:00:00Z',
    untilAt: '2099-01-05T18:30:00Z',
    skipValidations: true,
  }),
  createGroupVisit: (idOf) => ({
    startAt: '2099-02-05T18:00:00Z',
    untilAt: '2099-02-05T19:00:00Z',
    providerUserIds: [idOf('ProviderUser')],
    skipValidations: true,
  }),
  createIdentificationTemplate: () => ({
    identificationCustomData: [{ uuid: 'c-1', name: 'Plan', type: 'text', valueFormat: '.*' }],
  }),
  createPatientDataTemplate: (idOf) => ({
    categoryUuid: idOf('PatientDataCategory'),
    entities: [{ kind: 'TEXT', name: 'Remark' }],
  }),
  // Who has a date of death has died.
  setPatientStanding: () => ({ deceased: true }),
  importPatients: () => ({ deceased: true }),
  addCareTeamMember: (idOf) => ({ memberId: idOf('ProviderUser'), memberType: 'PROVIDER_USER' }),
  updateCareTeamMember: (idOf) => ({ memberId: idOf('ProviderUser'), memberType: 'PROVIDER_USER' }),
  updateCareTeamRole: () => ({ archived: true }),
  importStandardWorkHours: () => ({ startAtTime: '10:00', endAtTime: '11:00' }),
  importAppointments: () => ({ startAt: '2001-01-05T18:00:00Z', untilAt: '2001-01-05T18:30:00Z' }),
  createConsumer: () => ({ publicKey: createConsumerKey().publicPem }),
  copyConsumer: () => ({ publicKey: createConsumerKey().publicPem }),
  addConsumerKey: (idOf) => ({ id: idOf('EnterpriseApiConsumer'), publicKey: createConsumerKey().publicPem }),
  updateConsumerKey: (idOf) => ({ id: idOf('EnterpriseApiConsumer'), keyId: idOf('ConsumerKey') }),
  retireConsumerKey: (idOf) => ({ id: idOf('EnterpriseApiConsumer'), keyId: idOf('ConsumerKey') }),
}
