import type { Violations } from '@commonchart/errors'
import { checkText, given } from '@commonchart/subgraph'
import type { Updateable } from 'kysely'
import { categories, readWord } from './contact-words.ts'
import type { FacilityRow } from './directory-tables.ts'
import { digitsKey, keyOf, postalCodeKey } from './index-key.ts'

type Given = string | null

export type FacilityValues = Omit<Updateable<FacilityRow>, 'domainId' | 'id' | 'version'>

/** The fields of a facility as an input may give them; the last ones only by an import. */
export interface FacilityInput {
  name?: Given
  category?: Given
  streetAddress1?: Given
  streetAddress2?: Given
  city?: Given
  province?: Given
  postalCode?: Given
  country?: Given
  phone?: Given
  phoneExtension?: Given
  secondaryPhone?: Given
  secondaryPhoneExtension?: Given
  fax?: Given
  email?: Given
  website?: Given
  comments?: Given
  categoryRawValue?: Given
  latitude?: number | null
  longitude?: number | null
  readOnly?: boolean | null
}

const texts = [
  ...(['name', 'city', 'province', 'country', 'postalCode', 'streetAddress1', 'streetAddress2'] as const),
  ...(['phone', 'phoneExtension', 'secondaryPhone', 'secondaryPhoneExtension', 'fax', 'email'] as const),
  ...(['website', 'comments', 'categoryRawValue'] as const),
]
/** Remarks may be long. */
export const longestComments = 100_000

/** Reads what an input says of a facility, with the keys it is searched by. Adds every rule that is broken. */
export function readFacility(input: FacilityInput, violations: Violations, path: string): FacilityValues {
  for (const name of texts) {
    if (input[name] === undefined) continue
    const longest = name === 'comments' ? longestComments : undefined
    checkText(input[name], { isRequired: name === 'name', longest }, violations, `${path}.${name}`)
  }
  checkDegrees(input.latitude, 90, violations, `${path}.latitude`)
  checkDegrees(input.longitude, 180, violations, `${path}.longitude`)
  const category = readWord(categories, input.category, input.categoryRawValue)
  const { city, province, country, postalCode, streetAddress1, streetAddress2 } = input
  const { phone, secondaryPhone, fax, email, website, comments, latitude, longitude } = input
  return given({
    ...{ city, province, country, postalCode, streetAddress1, streetAddress2 },
    ...{ phone, secondaryPhone, fax, email, website, comments, latitude, longitude },
    name: input.name ?? undefined,
    phoneExt: input.phoneExtension,
    secondaryPhoneExt: input.secondaryPhoneExtension,
    readOnly: input.readOnly ?? undefined,
    category: category?.value,
    categoryRawValue: category?.rawValue,
    categoryRawKey: keyOf(category?.rawValue),
    cityKey: keyOf(city),
    postalCodeKey: keyOf(postalCode, postalCodeKey),
    emailKey: keyOf(email),
    phoneDigits: keyOf(phone, digitsKey),
    faxDigits: keyOf(fax, digitsKey),
  })
}

function checkDegrees(
  value: number | null | undefined,
  limit: number,
  violations: Violations,
  path: string,
): void {
  if (value !== null && value !== undefined && Math.abs(value) > limit)
    violations.add(path, 'DEGREES', `This is a number from -${limit} to ${limit}.`)
}
