import { toPostalAddress } from './address.ts'
import { object, ResourceReader, text, texts } from './element.ts'
import type { Json } from './element.ts'
import { extensionsLeftOut, externalIdOf, noExternalId, withoutNulls } from './mapped.ts'
import type { ExternalId, Mapped } from './mapped.ts'
import { readTelecom, toEmail } from './telecom.ts'
import { toPhone } from './phone.ts'
import type { MappingOptions } from './options.ts'

export type LocationInput = {
  externalId: ExternalId
  name: string
  description?: string
  streetAddress1?: string
  streetAddress2?: string
  city?: string
  region?: string
  postalCode?: string
  latitude?: string
  longitude?: string
  primaryContactNumber?: string
  primaryFaxNumber?: string
  primaryEmail?: string
  timezoneIanaName?: string
  deactivated?: boolean
}

const zoneExtension = 'http://hl7.org/fhir/StructureDefinition/timezone'

/**
 * Maps a Location. Its name is its name, else its first alias, else its description (Synthea's "Patient's Home" has
 * only that). A zone is sent only where the resource states one: otherwise the subgraph takes the domain's.
 */
export function mapLocation(resource: Json, options: MappingOptions): Mapped<LocationInput> {
  const reader = new ResourceReader(resource)
  const externalId = externalIdOf(resource, options.source)
  const description = text(reader.take('description'))
  const alias = texts(reader.take('alias'))
  const name = text(reader.take('name')) ?? alias[0] ?? description
  const status = reader.take('status')
  const problems = [
    ...(externalId ? [] : [noExternalId]),
    ...(name === null ? ['it has neither a name nor a description'] : []),
  ]
  if (!externalId || name === null || problems.length > 0) return { problems }

  const address = toPostalAddress(reader.take('address'))
  const telecom = readTelecom(reader.take('telecom'), options.now)
  const position = object(reader.take('position'))
  const input = withoutNulls({
    externalId,
    name,
    description: description === name ? null : description,
    streetAddress1: address?.street ?? null,
    streetAddress2: address?.additional ?? null,
    city: address?.city ?? null,
    region: address?.region ?? null,
    postalCode: address?.postalCode ?? null,
    latitude: decimal(position?.['latitude']),
    longitude: decimal(position?.['longitude']),
    primaryContactNumber: toPhone(telecom.take('phone')).number,
    primaryFaxNumber: toPhone(telecom.take('fax')).number,
    primaryEmail: toEmail(telecom.take('email')),
    timezoneIanaName: zoneOf(resource),
    deactivated: deactivatedBy(status),
  })
  reader.take('identifier')
  extensionsLeftOut(resource, reader, [zoneExtension])
  for (const part of telecom.leftOut()) reader.leaveOut(part)
  if (address?.country) reader.leaveOut('address.country')
  if (status === 'suspended') reader.leaveOut('status (suspended)')
  return { input, leftOut: reader.leftOut() }
}

/** Whether the record is hidden, where the resource says so or the contrary; a suspended location is still one. */
function deactivatedBy(status: unknown): boolean | null {
  return status === 'active' || status === 'inactive' ? status === 'inactive' : null
}

function decimal(value: unknown): string | null {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null
}

function zoneOf(resource: Json): string | null {
  const extensions = Array.isArray(resource['extension']) ? resource['extension'] : []
  const found = extensions.map(object).find((one) => one?.['url'] === zoneExtension)
  return text(found?.['valueCode'])
}
