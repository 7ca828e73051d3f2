import { ResourceReader, codings, object, objects } from './element.ts'
import type { Json } from './element.ts'
import { extensionsLeftOut, externalIdOf, noExternalId, withoutNulls } from './mapped.ts'
import type { ExternalId, Mapped } from './mapped.ts'
import type { RoleFacts } from './map-role.ts'
import { occupationOf } from './occupation.ts'
import type { MappingOptions } from './options.ts'
import { choosePersonName } from './person-name.ts'
import { readTelecom, toEmail } from './telecom.ts'

export type ProviderInput = {
  externalId: ExternalId
  firstName?: string
  lastName?: string
  email: string
  title?: string
  occupation?: string
  specialty?: string
  languages?: string[]
  deactivated?: boolean
}

/** Titles as they are written before names, without full stops and case, and CHR's value for each. */
const titles: Record<string, string> = {
  dr: 'DR',
  doctor: 'DOCTOR',
  nurse: 'NURSE',
  np: 'NP',
  mr: 'MR',
  ms: 'MS',
  mrs: 'MRS',
}

/**
 * Maps a Practitioner together with what its roles say. A provider needs an e-mail address: its own, else that of a
 * role; without one it is refused rather than given an invented one.
 */
export function mapProvider(
  resource: Json,
  roles: RoleFacts[],
  options: MappingOptions,
): Mapped<ProviderInput> {
  const reader = new ResourceReader(resource)
  const externalId = externalIdOf(resource, options.source)
  const chosen = choosePersonName(reader.take('name'), options.now)
  const telecom = readTelecom(reader.take('telecom'), options.now)
  const email = toEmail(telecom.take('email')) ?? first(roles, 'email')
  const problems = [
    ...(externalId ? [] : [noExternalId]),
    ...(chosen.name?.first || chosen.name?.last ? [] : ['it has neither a given nor a family name']),
    ...(email === null
      ? ['neither it nor a role of it has an e-mail address, and a provider needs one']
      : []),
  ]
  if (!externalId || !chosen.name || email === null || problems.length > 0) return { problems }

  const title = chosen.name.prefix?.toLowerCase().replaceAll('.', '') ?? ''
  const languages = codings(reader.take('communication')).map(({ code }) => code)
  const qualifications = objects(reader.take('qualification')).flatMap((one) =>
    codings(object(one)?.['code']),
  )
  const input = withoutNulls({
    externalId,
    firstName: chosen.name.first,
    lastName: chosen.name.last,
    email,
    title: titles[title] ?? null,
    occupation: first(roles, 'occupation') ?? occupationOf(qualifications),
    specialty: first(roles, 'specialty'),
    languages: languages.length > 0 ? languages : null,
    deactivated: deactivatedBy(reader.take('active')),
  })
  extensionsLeftOut(resource, reader)
  if (chosen.name.middle !== null) reader.leaveOut('name.given (second and later)')
  if (chosen.name.prefix !== null && !titles[title]) reader.leaveOut('name.prefix')
  for (const part of [...chosen.leftOut, ...telecom.leftOut()]) reader.leaveOut(part)
  return { input, leftOut: reader.leftOut() }
}

/** Whether the record is hidden, where the resource says so or the contrary. */
function deactivatedBy(active: unknown): boolean | null {
  return typeof active === 'boolean' ? !active : null
}

function first(roles: RoleFacts[], key: 'email' | 'occupation' | 'specialty'): string | null {
  return roles.map((role) => role[key]).find((value) => value !== null) ?? null
}
