import { chooseAddress } from './address.ts'
import { codings, objects, ResourceReader, text, texts } from './element.ts'
import type { Json } from './element.ts'
import { extensionsLeftOut, externalIdOf, noExternalId, withoutNulls } from './mapped.ts'
import type { ExternalId, Mapped } from './mapped.ts'
import type { MappingOptions } from './options.ts'
import { toPhone } from './phone.ts'
import { readTelecom, toEmail } from './telecom.ts'

export type FacilityInput = {
  externalId: ExternalId
  name: string
  category?: string
  categoryRawValue?: string
  streetAddress1?: string
  streetAddress2?: string
  city?: string
  province?: string
  postalCode?: string
  country?: string
  phone?: string
  phoneExtension?: string
  secondaryPhone?: string
  secondaryPhoneExtension?: string
  fax?: string
  email?: string
  website?: string
}

/** The organisation types of FHIR that are one kind of facility in CHR; what the others are called is kept in words. */
const categories: Record<string, string> = { ins: 'INSURANCE_AGENCY', other: 'OTHER' }

/**
 * Maps an Organization to a facility of the address book. Its kind is kept in the organisation's words; a province or a
 * position that the resource does not state stays unsaid.
 */
export function mapFacility(resource: Json, options: MappingOptions): Mapped<FacilityInput> {
  const reader = new ResourceReader(resource)
  const externalId = externalIdOf(resource, options.source)
  const alias = texts(reader.take('alias'))
  const name = text(reader.take('name')) ?? alias[0] ?? null
  const problems = [...(externalId ? [] : [noExternalId]), ...(name === null ? ['it has no name'] : [])]
  if (!externalId || name === null || problems.length > 0) return { problems }

  const { address, leftOut } = chooseAddress(reader.take('address'), options.now)
  const telecom = readTelecom(reader.take('telecom'), options.now)
  const [phone, second] = [toPhone(telecom.take('phone')), toPhone(telecom.take('phone'))]
  const type = objects(reader.take('type'))
  const coded = codings(type)
  const input = withoutNulls({
    externalId,
    name,
    category: coded.map(({ code }) => categories[code]).find((category) => category !== undefined) ?? null,
    categoryRawValue: text(type[0]?.['text']) ?? coded[0]?.display ?? null,
    streetAddress1: address?.street ?? null,
    streetAddress2: address?.additional ?? null,
    city: address?.city ?? null,
    province: address?.region ?? null,
    postalCode: address?.postalCode ?? null,
    country: address?.country ?? null,
    phone: phone.number,
    phoneExtension: phone.extension,
    secondaryPhone: second.number,
    secondaryPhoneExtension: second.extension,
    fax: toPhone(telecom.take('fax')).number,
    email: toEmail(telecom.take('email')),
    website: telecom.take('url'),
  })
  reader.take('identifier')
  extensionsLeftOut(resource, reader)
  for (const part of [...leftOut, ...telecom.leftOut()]) reader.leaveOut(part)
  if (type.length > 1) reader.leaveOut('type (second and later)')
  if (resource['active'] === true) reader.take('active')
  return { input, leftOut: reader.leftOut() }
}
