import { chooseAddress } from './address.ts'
import { ResourceReader, codings, isOver, objects, text } from './element.ts'
import type { Json } from './element.ts'
import { identificationsOf } from './identification.ts'
import type { IdentificationInput } from './identification.ts'
import { extensionsLeftOut, externalIdOf, noExternalId, withoutNulls } from './mapped.ts'
import type { ExternalId, Mapped } from './mapped.ts'
import type { MappingOptions } from './options.ts'
import { choosePersonName, fullName } from './person-name.ts'
import type { FormerName } from './person-name.ts'
import { toPhone } from './phone.ts'
import { readTelecom, toEmail } from './telecom.ts'
import type { Resolved } from './reference-map.ts'

export type PatientInput = {
  externalId: ExternalId
  firstName: string
  lastName: string
  dateOfBirth: string
  gender?: 'MALE' | 'FEMALE' | 'OTHER'
  middleName?: string
  title?: string
  preferredName?: string
  email?: string
  phone?: string
  homePhone?: string
  officePhone?: string
  officePhoneExt?: string
  streetAddress?: string
  additionalAddress?: string
  city?: string
  region?: string
  zipcode?: string
  country?: string
  language?: string
  emergencyFirstName?: string
  emergencyMiddleName?: string
  emergencyLastName?: string
  emergencyPhone?: string
  emergencyRelationship?: string
  primaryPractitionerId?: string
  deceased?: boolean
  deceasedAt?: string
  formerNames?: FormerName[]
  identifications: IdentificationInput[]
}

const genders = { male: 'MALE', female: 'FEMALE', other: 'OTHER', unknown: null } as const

/**
 * Maps a Patient. Refused are a birth date that is not a full date (a record's is), a name without both parts and a
 * gender outside the value set; a gender that is unknown or unsaid stays unsaid. `practitioner` resolves references.
 */
export function mapPatient(
  resource: Json,
  options: MappingOptions,
  practitioner: (reference: unknown) => Resolved,
): Mapped<PatientInput> {
  const reader = new ResourceReader(resource)
  const externalId = externalIdOf(resource, options.source)
  const chosen = choosePersonName(reader.take('name'), options.now)
  const name = fullName(chosen.name)
  const birth = fullDate(reader.take('birthDate'))
  const said = text(reader.take('gender')) ?? 'unknown'
  const gender = said in genders ? genders[said as keyof typeof genders] : undefined
  const problems = [
    ...(externalId ? [] : [noExternalId]),
    ...('problem' in name ? [name.problem] : []),
    ...('problem' in birth ? [birth.problem] : []),
    ...(isReplaced(reader) ? ['another record took its place (link replaced-by)'] : []),
    ...(gender === undefined ? ['its gender is none of male, female, other, unknown'] : []),
  ]
  if (!externalId || 'problem' in name || 'problem' in birth || gender === undefined || problems.length > 0) {
    return { problems }
  }

  const { address, leftOut: addressesLeftOut } = chooseAddress(reader.take('address'), options.now)
  const identifiers = identificationsOf(reader.take('identifier'))
  const input = withoutNulls({
    externalId,
    firstName: name.first,
    middleName: name.middle,
    lastName: name.last,
    title: name.prefix,
    preferredName: chosen.nickname,
    dateOfBirth: birth.date,
    gender,
    formerNames: chosen.former.length > 0 ? chosen.former.map((one) => one.name) : null,
    ...deathOf(reader),
    ...contactPoints(reader, options),
    streetAddress: address?.street ?? null,
    additionalAddress: address?.additional ?? null,
    city: address?.city ?? null,
    region: address?.region ?? null,
    zipcode: address?.postalCode ?? null,
    country: address?.country ?? null,
    language: languageOf(reader),
    ...emergencyContact(reader, options),
    primaryPractitionerId: practitionerOf(reader, practitioner),
    identifications: identifiers.identifications,
  })
  extensionsLeftOut(resource, reader)
  const kept = chosen.former.map(({ told }) => told)
  const names = chosen.leftOut.filter((told) => {
    const at = kept.indexOf(told)
    return at === -1 || kept.splice(at, 1).length === 0
  })
  for (const part of [...names, ...addressesLeftOut, ...identifiers.leftOut]) reader.leaveOut(part)
  // An active patient and a single birth are what a record says by itself.
  if (resource['active'] === true) reader.take('active')
  if (resource['multipleBirthBoolean'] === false) reader.take('multipleBirthBoolean')
  return { input, leftOut: reader.leftOut() }
}

/** A record that was merged into another would be the same person twice. */
function isReplaced(reader: ResourceReader): boolean {
  return objects(reader.take('link')).some((link) => link['type'] === 'replaced-by')
}

/** A FHIR date of full precision that exists in the calendar. */
function fullDate(value: unknown): { date: string } | { problem: string } {
  const date = text(value)
  if (date === null) return { problem: 'it has no birth date' }
  if (/^\d{4}(-\d{2})?$/.test(date))
    return { problem: 'its birth date is partial, and a record needs the full date' }
  const instant = Date.parse(`${date}T00:00:00Z`)
  const exists = /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(instant)
  if (!exists || new Date(instant).toISOString().slice(0, 10) !== date)
    return { problem: 'its birth date is no date' }
  return { date }
}

function contactPoints(reader: ResourceReader, options: MappingOptions) {
  const telecom = readTelecom(reader.take('telecom'), options.now)
  const home = toPhone(telecom.take('phone', ['home']))
  const mobile = toPhone(telecom.take('phone', ['mobile', null]))
  const office = toPhone(telecom.take('phone', ['work']))
  const email = toEmail(telecom.take('email', ['home', null, 'work', 'mobile']))
  for (const part of telecom.leftOut()) reader.leaveOut(part)
  return {
    email,
    phone: mobile.number,
    homePhone: home.number,
    officePhone: office.number,
    officePhoneExt: office.extension,
  }
}

/** Whether the person has died, and when, to the day or as exactly as it is written. */
function deathOf(reader: ResourceReader): { deceased?: boolean; deceasedAt?: string } {
  const said = reader.take('deceasedBoolean')
  const written = text(reader.take('deceasedDateTime'))
  const at = /^\d{4}(-\d{2}){0,2}(?=T|$)/.exec(written ?? '')?.[0]
  if (at !== undefined) return { deceasedAt: at }
  if (written !== null) reader.leaveOut('deceasedDateTime (no date)')
  return typeof said === 'boolean' ? { deceased: said } : {}
}

/** The preferred language, else the only one said, as its BCP 47 code. */
function languageOf(reader: ResourceReader): string | null {
  const spoken = objects(reader.take('communication'))
  const preferred = spoken.find((one) => one['preferred'] === true) ?? spoken[0]
  if (spoken.length > 1) reader.leaveOut('communication (further languages)')
  return codings(preferred?.['language'])[0]?.code ?? null
}

/** The contact whose relationship is emergency contact (v2-0131 C); others have no place in the record. */
function emergencyContact(reader: ResourceReader, options: MappingOptions) {
  const contacts = objects(reader.take('contact')).filter((one) => !isOver(one['period'], options.now))
  const contact = contacts.find((one) => codings(one['relationship']).some(({ code }) => code === 'C'))
  if (contacts.length > (contact ? 1 : 0)) reader.leaveOut('contact (other than the emergency contact)')
  if (!contact) return {}
  const { name } = choosePersonName(contact['name'], options.now)
  const relationship = codings(contact['relationship']).find(({ code }) => code !== 'C')
  return {
    emergencyFirstName: name?.first ?? null,
    emergencyMiddleName: name?.middle ?? null,
    emergencyLastName: name?.last ?? null,
    emergencyPhone: toPhone(readTelecom(contact['telecom'], options.now).take('phone')).number,
    emergencyRelationship: relationship?.display ?? relationship?.code ?? null,
  }
}

function practitionerOf(
  reader: ResourceReader,
  practitioner: (reference: unknown) => Resolved,
): string | null {
  const references = objects(reader.take('generalPractitioner'))
  for (const reference of references) {
    const found = practitioner(reference)
    if ('id' in found) return found.id
  }
  if (references.length > 0) reader.leaveOut('generalPractitioner (not among those imported)')
  return null
}
