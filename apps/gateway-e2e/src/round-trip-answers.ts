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
  'CreateFacilityInput.phoneExtension': { by: 'phoneExt' },
  'CreateFacilityInput.secondaryPhoneExtension': { by: 'secondaryPhoneExt' },
  'UpdateFacilityInput.phoneExtension': { by: 'phoneExt' },
  'UpdateFacilityInput.secondaryPhoneExtension': { by: 'secondaryPhoneExt' },
  'AddCareTeamMemberInput.memberId': { by: 'member.id' },
  'AddCareTeamMemberInput.memberType': { by: 'member.__typename', as: typeOfMember },
  'UpdateCareTeamMemberInput.memberId': { by: 'member.id' },
  'UpdateCareTeamMemberInput.memberType': { by: 'member.__typename', as: typeOfMember },
}

function typeOfMember(memberType: unknown): string {
  return memberType === 'CONTACT' ? 'Contact' : 'ProviderUser'
}

/** Mutations of the area whose input is not stored as it is, each with the test that holds what they do. */
export const heldElsewhere: Record<string, string> = {}

/** What an input needs that no value by its type gives, within any mutation. */
export const givenWithin: Record<string, Record<string, unknown>> = {
  IdentificationCustomDataInput: { uuid: 'c-1' },
}
