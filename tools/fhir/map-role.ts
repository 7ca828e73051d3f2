import { codings, object, objects, text } from './element.ts'
import type { Json } from './element.ts'
import { occupationOf } from './occupation.ts'
import type { MappingOptions } from './options.ts'
import { parseReference } from './reference.ts'
import { keyOf } from './reference-map.ts'
import { readTelecom, toEmail } from './telecom.ts'

/** What a PractitionerRole adds to the provider and the contact whom it is about. */
export type RoleFacts = {
  email: string | null
  phone: string | null
  fax: string | null
  occupation: string | null
  /** The occupation in words. */
  occupationText: string | null
  specialty: string | null
  /** Where the role is filled, as a reference. */
  organization: Json | null
}

export type ReadRole =
  { practitionerKeys: string[]; facts: RoleFacts; leftOut: string[] } | { problems: string[] }

const imported = [
  'resourceType',
  'id',
  'meta',
  'text',
  'identifier',
  'practitioner',
  'organization',
  'code',
  'specialty',
  'active',
  'telecom',
]

/** Reads a PractitionerRole: the keys of its practitioner and what it says of that provider. */
export function readRole(resource: Json, options: MappingOptions): ReadRole {
  const { targets, problem } = parseReference(resource['practitioner'])
  if (problem !== null) return { problems: [`its practitioner cannot be found: ${problem}`] }
  if (resource['active'] === false) return { problems: ['the role is no longer in use (active false)'] }
  const [code] = objects(resource['code'])
  const [specialty] = objects(resource['specialty'])
  const telecom = readTelecom(resource['telecom'], options.now)
  const facts = {
    email: toEmail(telecom.take('email')),
    phone: telecom.take('phone'),
    fax: telecom.take('fax'),
    occupation: occupationOf([...codings(resource['code']), ...codings(resource['specialty'])]),
    occupationText: text(code?.['text']) ?? codings(code)[0]?.display ?? null,
    specialty: text(specialty?.['text']) ?? codings(specialty)[0]?.display ?? null,
    organization: object(resource['organization']),
  }
  const practitionerKeys = targets.map((target) => keyOf('Practitioner', target))
  const untaken = Object.keys(resource).filter((key) => !imported.includes(key))
  return { practitionerKeys, facts, leftOut: [...untaken, ...telecom.leftOut()] }
}
