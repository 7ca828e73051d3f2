import { codings, objects, ResourceReader, text } from './element.ts'
import type { Json } from './element.ts'
import { extensionsLeftOut, externalIdOf, noExternalId, withoutNulls } from './mapped.ts'
import type { ExternalId, Mapped } from './mapped.ts'
import type { RoleFacts } from './map-role.ts'
import { occupationOf } from './occupation.ts'
import type { MappingOptions } from './options.ts'
import { choosePersonName, fullName } from './person-name.ts'
import { toPhone } from './phone.ts'
import type { Resolved } from './reference-map.ts'
import { readTelecom, toEmail } from './telecom.ts'

export type ContactInput = {
  externalId: ExternalId
  facilityId: string
  firstName: string
  lastName: string
  titleRawValue?: string
  occupation?: string
  occupationRawValue?: string
  medicalSpecialtyRawValue?: string
  licenseNumber?: string
  email?: string
  phone?: string
  phoneExtension?: string
  fax?: string
}

/** Identifier types that mean a licence to practise. Source: HL7 v2 table 0203. */
const licenses = new Set(['LN', 'MD'])

/**
 * Maps a Practitioner to a contact of the address book, with what its roles say. A contact works in a facility, so one
 * none of whose roles names an imported organisation is refused, as is one without both parts of a name. `facility`
 * resolves references.
 */
export function mapContact(
  resource: Json,
  roles: RoleFacts[],
  options: MappingOptions,
  facility: (reference: unknown) => Resolved,
): Mapped<ContactInput> {
  const reader = new ResourceReader(resource)
  const externalId = externalIdOf(resource, options.source)
  const chosen = choosePersonName(reader.take('name'), options.now)
  const name = fullName(chosen.name)
  const place = facilityOf(roles, facility)
  const problems = [
    ...(externalId ? [] : [noExternalId]),
    ...('problem' in name ? [name.problem] : []),
    ...('problem' in place ? [place.problem] : []),
  ]
  if (!externalId || 'problem' in name || 'problem' in place) return { problems }

  const telecom = readTelecom(reader.take('telecom'), options.now)
  const own = toPhone(telecom.take('phone'))
  const phone = own.number === null ? toPhone(first(roles, 'phone')) : own
  const qualifications = objects(reader.take('qualification')).flatMap((one) => codings(one['code']))
  const input = withoutNulls({
    externalId,
    facilityId: place.id,
    firstName: name.first,
    lastName: name.last,
    titleRawValue: name.prefix,
    occupation: first(roles, 'occupation') ?? occupationOf(qualifications),
    occupationRawValue: first(roles, 'occupationText'),
    medicalSpecialtyRawValue: first(roles, 'specialty'),
    licenseNumber: licenseOf(reader),
    email: toEmail(telecom.take('email')) ?? first(roles, 'email'),
    phone: phone.number,
    phoneExtension: phone.extension,
    fax: toPhone(telecom.take('fax')).number ?? toPhone(first(roles, 'fax')).number,
  })
  extensionsLeftOut(resource, reader)
  if (name.middle !== null) reader.leaveOut('name.given (second and later)')
  for (const part of [...chosen.leftOut, ...telecom.leftOut()]) reader.leaveOut(part)
  if (resource['active'] === true) reader.take('active')
  return { input, leftOut: reader.leftOut() }
}

/** The facility of the first role that names one that was imported. */
function facilityOf(roles: RoleFacts[], facility: (reference: unknown) => Resolved): Resolved {
  const named = roles.map(({ organization }) => organization).filter((each) => each !== null)
  const resolved = named.map(facility)
  const found = resolved.find((each) => 'id' in each)
  if (found) return found
  return { problem: 'no role of it names an organization that was imported, and a contact works in one' }
}

function licenseOf(reader: ResourceReader): string | null {
  const identifiers = objects(reader.take('identifier'))
  const isLicense = (one: Json) => codings(one['type']).some(({ code }) => licenses.has(code))
  if (identifiers.some((one) => !isLicense(one))) reader.leaveOut('identifier (no licence)')
  return text(identifiers.find(isLicense)?.['value'])
}

function first<Key extends keyof RoleFacts>(roles: RoleFacts[], key: Key): RoleFacts[Key] {
  return roles.map((role) => role[key]).find((value) => value !== null) ?? (null as RoleFacts[Key])
}
