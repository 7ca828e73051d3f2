import { createConsumerKey } from '@commonchart/testing'

type Values = Record<string, unknown>
/** Gives the id of the record of a type that the test has made. */
export type IdOf = (type: string) => string

/** How many work hours were given times: those of one provider may not overlap. */
let given = 0

/** Ten minutes that were not given before: there are so many in a day. */
function nextHours(): Values {
  const clock = (minutes: number) => new Date(minutes * 60_000).toISOString().slice(11, 16)
  given += 1
  return { startAtTime: clock(given * 10), endAtTime: clock(given * 10 + 10) }
}

/** An evening on a day that was not given before. */
function nextDay(): Values {
  given += 1
  const day = new Date(Date.UTC(2031, 0, given)).toISOString().slice(0, 10)
  return { startAtDate: day, startAtTime: '20:00', endAtDate: day, endAtTime: '21:00' }
}

/**
 * What the input of a mutation needs beside values that fit its types: times in their order, keys, places. By mutation; one
 * that is not here takes whatever fits.
 */
export const givenInputs: Record<string, (idOf: IdOf) => Values> = {
  createLocation: () => ({ latitude: '49.28', longitude: '-123.12', timezoneIanaName: 'America/Vancouver' }),
  updateLocation: () => ({ latitude: '49.28', longitude: '-123.12' }),
  createService: () => ({ allowNewPatient: false, allowExistingPatient: false }),
  importLocations: () => ({ latitude: '49.28', longitude: '-123.12' }),
  createStandardWorkHour: (idOf) => ({
    ...nextHours(),
    ...{ providerUserId: idOf('ProviderUser'), locationId: idOf('Location') },
  }),
  updateStandardWorkHour: nextHours,
  createFlexibleWorkHour: (idOf) => ({
    ...nextDay(),
    ...{ providerUserId: idOf('ProviderUser'), locationId: idOf('Location') },
  }),
  updateFlexibleWorkHour: nextDay,
  createProviderOffTime: nextDay,
  updateProviderOffTime: nextDay,
  createAppointment: (idOf) => ({
    patientId: idOf('Patient'),
    respondentId: idOf('Patient'),
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
  updateGroupVisit: () => ({
    startAt: '2099-02-06T18:00:00Z',
    untilAt: '2099-02-06T19:00:00Z',
    skipValidations: true,
  }),
  updateAppointment: () => ({
    startAt: '2099-02-05T18:00:00Z',
    untilAt: '2099-02-05T18:30:00Z',
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
  importStandardWorkHours: nextHours,
  importFlexibleWorkHours: nextDay,
  importProviderOffTimes: nextDay,
  importAppointments: () => ({ startAt: '2001-01-05T18:00:00Z', untilAt: '2001-01-05T18:30:00Z' }),
  createConsumer: () => ({ publicKey: createConsumerKey().publicPem }),
  copyConsumer: () => ({ publicKey: createConsumerKey().publicPem }),
  addConsumerKey: (idOf) => ({ id: idOf('EnterpriseApiConsumer'), publicKey: createConsumerKey().publicPem }),
  updateConsumerKey: (idOf) => ({ id: idOf('EnterpriseApiConsumer'), keyId: idOf('ConsumerKey') }),
  createEventSubscription: (idOf) => ({
    consumerId: idOf('EnterpriseApiConsumer'),
    url: 'http://127.0.0.1:9/events',
    topics: ['patient.merged'],
    active: false,
  }),
  updateEventSubscription: () => ({ url: 'http://127.0.0.1:9/events', topics: ['patient.merged'] }),
  removeEventSubscriptionSecret: (idOf) => ({ secretId: idOf('EventSubscriptionSecret') }),
  sendTestEvent: (idOf) => ({ id: idOf('EventSubscription') }),
  resendEvents: (idOf) => ({ id: idOf('EventSubscription'), sinceSequence: '1' }),
  retireConsumerKey: (idOf) => ({ id: idOf('EnterpriseApiConsumer'), keyId: idOf('ConsumerKey') }),
}
