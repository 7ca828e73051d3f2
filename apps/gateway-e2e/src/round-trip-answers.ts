/** How an input field is answered where the record has no field of its name. */
export interface Answered {
  /** The way to the value from the record on, for example `member.id`. */
  by?: string
  /** What the record then says, where it is not what was sent. */
  as?(sent: unknown): unknown
  /** Why no field answers it, and where it is tested; it is not sent. */
  not?: string
}

/** The input fields that are answered by another field than that of their name, or by none. */
export const answers: Record<string, Answered> = {
  'CreatePatientInput.primaryPractitionerEmail': { not: 'stands in place of primaryPractitionerId' },
  'CreatePatientInput.primaryPractitionerName': { not: 'stands in place of primaryPractitionerId' },
  'CreateRespondentInput.primaryPractitionerEmail': { not: 'stands in place of primaryPractitionerId' },
  'CreateRespondentInput.primaryPractitionerName': { not: 'stands in place of primaryPractitionerId' },
  'CreateRespondentInput.statusTags': { not: 'names tags that are there: held by one-stack/respondents.ts' },
  'CreatePatientDataTemplateInput.categoryUuid': { not: 'the category tells its templates, not they theirs' },
  'CreatePatientDataTemplateInput.entities': {
    not: 'each kind takes other fields: held by one-stack/further-data.ts',
  },
  'UpdatePatientDataTemplateInput.entities': {
    not: 'each kind takes other fields: held by one-stack/further-data.ts',
  },
  'CreateFacilityInput.phoneExtension': { by: 'phoneExt' },
  'CreateFacilityInput.secondaryPhoneExtension': { by: 'secondaryPhoneExt' },
  'UpdateFacilityInput.phoneExtension': { by: 'phoneExt' },
  'UpdateFacilityInput.secondaryPhoneExtension': { by: 'secondaryPhoneExt' },
  'ImportFacilityInput.phoneExtension': { by: 'phoneExt' },
  'ImportFacilityInput.secondaryPhoneExtension': { by: 'secondaryPhoneExt' },
  'AddCareTeamMemberInput.memberId': { by: 'member.id' },
  'AddCareTeamMemberInput.memberType': { by: 'member.__typename', as: typeOfMember },
  'UpdateCareTeamMemberInput.memberId': { by: 'member.id' },
  'UpdateCareTeamMemberInput.memberType': { by: 'member.__typename', as: typeOfMember },
  'CreateStandardWorkHourInput.providerUserId': { not: 'the provider tells their hours, not they theirs' },
  'CreateFlexibleWorkHourInput.providerUserId': { not: 'the provider tells their hours, not they theirs' },
  'CreateProviderOffTimeInput.providerUserId': { by: 'provider.id' },
  'CreateProviderOffTimeInput.color': { not: 'is read as its value: held by one-stack/provider-hours.ts' },
  'UpdateProviderOffTimeInput.color': { not: 'is read as its value: held by one-stack/provider-hours.ts' },
  'CreateGroupVisitInput.providerUserIds': { by: 'providerUsers.id' },
  'UpdateGroupVisitInput.providerUserIds': { by: 'providerUsers.id' },
  'CreateGroupVisitInput.createdProviderUserId': { by: 'createdProviderUser.id' },
  'CreateGroupVisitInput.skipValidations': {
    not: 'says how it is to be done: held by one-stack/group-visits.ts',
  },
  'UpdateGroupVisitInput.skipValidations': {
    not: 'says how it is to be done: held by one-stack/group-visits.ts',
  },
  'UpdateAppointmentInput.cancelReason': {
    not: 'only what is cancelled has one: held by one-stack/lifecycle.ts',
  },
  'CreatePresentingIssueInput.serviceIds': { by: 'services.nodes.id' },
  'UpdatePresentingIssueInput.serviceIds': { by: 'services.nodes.id' },
  ...Object.fromEntries(
    ['Create', 'Update'].flatMap((verb) =>
      ['Standard', 'Flexible'].map((kind) => [`${verb}${kind}WorkHourInput.color`, { as: valueOfColor }]),
    ),
  ),
  ...Object.fromEntries(
    ['Create', 'Update'].flatMap((verb) =>
      ['skipValidations', 'notifyBy', 'allowNotification', 'allowPractitionerNotification'].map((name) => [
        `${verb}AppointmentInput.${name}`,
        { not: 'says how it is to be done: held by one-stack/booking-options.ts' },
      ]),
    ),
  ),
  ...byExternalId('ImportAppointmentInput', [
    ...['providerExternalId', 'locationExternalId', 'serviceExternalId'],
  ]),
}

/** What stands in place of an id. */
function byExternalId(input: string, names: string[]): Record<string, Answered> {
  return Object.fromEntries(
    names.map((name) => [
      `${input}.${name}`,
      { not: 'stands in place of an id: held by one-stack/clinic-imports.ts' },
    ]),
  )
}

function valueOfColor(color: unknown): unknown {
  return (color as { rgb: string }).rgb
}

function typeOfMember(memberType: unknown): string {
  return memberType === 'CONTACT' ? 'Contact' : 'ProviderUser'
}

/** Mutations of the area whose input is not stored as it is, each with the test that holds what they do. */
export const heldElsewhere: Record<string, string> = {
  archivePatient: 'what follows from it is held by archive.test.ts',
  restorePatient: 'what follows from it is held by archive.test.ts',
  mergePatients: 'what moves is held by one-stack/merging.ts',
  unmergePatients: 'what moves back is held by one-stack/merging.ts',
  setDuplicateHandling: 'answers with the setting itself: held by one-stack/matching.ts',
  importStandardWorkHours: 'hours are read from their provider: held by one-stack/clinic-imports.ts',
  importFlexibleWorkHours: 'hours are read from their provider: held by one-stack/provider-hour-imports.ts',
  importProviderOffTimes: 'time off is read from its provider: held by one-stack/provider-hour-imports.ts',
  createDraftAppointment: 'takes room in work hours: held by one-stack/draft-appointments.ts',
  updateDraftAppointment: 'takes room in work hours: held by one-stack/draft-appointments.ts',
  deleteDraftAppointment: 'gives up what it held: held by one-stack/draft-appointments.ts',
  convertDraftAppointment: 'the draft goes: held by one-stack/draft-appointments.ts',
  addGroupVisitAttendee: 'a patient attends once: held by one-stack/group-visits.ts',
  removeGroupVisitAttendee: 'cancels what was booked: held by one-stack/group-visits.ts',
  setVirtualVisitUrl: 'answers with the setting itself: held by one-stack/group-visits.ts',
  deactivateAppointment: 'an appointment ends once: held by one-stack/lifecycle.ts',
  settleNotificationRequest: 'no mutation makes one by itself: held by one-stack/notification-requests.ts',
  reresolveAppointmentTimes: 'what moves is held by one-stack/shifted-times.ts',
  upsertPatientDataItem: 'each kind of value takes another field: held by one-stack/further-data-items.ts',
}

/** What an input needs that no value by its type gives, within any mutation. */
export const givenWithin: Record<string, Record<string, unknown>> = {
  IdentificationCustomDataInput: { uuid: 'c-1' },
}
