import type { Violations } from '@commonchart/errors'
import { checkText, given } from '@commonchart/subgraph'
import type { Updateable } from 'kysely'
import { jurisdictions, medicalSpecialties, occupations, readWord, titles } from './contact-words.ts'
import type { ContactRow } from './directory-tables.ts'
import { longestComments } from './facility-values.ts'
import { digitsKey, indexKey, keyOf } from './index-key.ts'

type Given = string | null

export type ContactValues = Omit<Updateable<ContactRow>, 'domainId' | 'id' | 'version'>

/** The fields of a contact as an input may give them; the last ones only by an import. */
export interface ContactInput {
  firstName?: Given
  lastName?: Given
  title?: Given
  occupation?: Given
  medicalSpecialty?: Given
  jurisdiction?: Given
  licenseNumber?: Given
  billingCode?: Given
  email?: Given
  phone?: Given
  phoneExtension?: Given
  fax?: Given
  comments?: Given
  titleRawValue?: Given
  occupationRawValue?: Given
  medicalSpecialtyRawValue?: Given
  jurisdictionRawValue?: Given
  readOnly?: boolean | null
}

const texts = [
  ...(['firstName', 'lastName', 'licenseNumber', 'billingCode', 'email', 'phone'] as const),
  ...(['phoneExtension', 'fax', 'comments', 'titleRawValue', 'occupationRawValue'] as const),
  ...(['medicalSpecialtyRawValue', 'jurisdictionRawValue'] as const),
]
const required = new Set<string>(['firstName', 'lastName'])

/** Reads what an input says of a contact, with the keys it is searched by. Adds every rule that is broken. */
export function readContact(input: ContactInput, violations: Violations, path: string): ContactValues {
  for (const name of texts) {
    if (input[name] === undefined) continue
    const longest = name === 'comments' ? longestComments : undefined
    checkText(input[name], { isRequired: required.has(name), longest }, violations, `${path}.${name}`)
  }
  const title = readWord(titles, input.title, input.titleRawValue)
  const occupation = readWord(occupations, input.occupation, input.occupationRawValue)
  const specialty = readWord(medicalSpecialties, input.medicalSpecialty, input.medicalSpecialtyRawValue)
  const jurisdiction = readWord(jurisdictions, input.jurisdiction, input.jurisdictionRawValue)
  const { licenseNumber, billingCode, email, phone, phoneExtension, fax, comments } = input
  return given({
    ...{ licenseNumber, billingCode, email, phone, phoneExtension, fax, comments },
    firstName: input.firstName ?? undefined,
    lastName: input.lastName ?? undefined,
    lastNameKey: keyOf(input.lastName) ?? undefined,
    title: title?.value,
    titleRawValue: title?.rawValue,
    occupation: occupation?.value,
    occupationRawValue: occupation?.rawValue,
    occupationRawKey: keyOf(occupation?.rawValue),
    medicalSpecialty: specialty?.value,
    medicalSpecialtyRawValue: specialty?.rawValue,
    jurisdiction: jurisdiction?.value,
    jurisdictionRawValue: jurisdiction?.rawValue,
    billingCodeKey: keyOf(billingCode, indexKey),
    faxDigits: keyOf(fax, digitsKey),
    readOnly: input.readOnly ?? undefined,
  })
}
