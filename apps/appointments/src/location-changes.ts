import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { isZone } from '@commonchart/clinic-time'
import { Violations } from '@commonchart/errors'
import { expectVersion, given, searchKey } from '@commonchart/subgraph'
import { actionOf } from './change-action.ts'
import { changedColumns, withoutKeys } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { takeId } from './counters.ts'
import { readColor, readDegrees, readRequired, readRequiredText, readText } from './input-text.ts'
import { lockLocation, toReference } from './locations.ts'
import type { LocationRow } from './tables.ts'

type Given = string | null

/** The fields of a location as an input may give them. */
export interface LocationInput {
  name?: Given
  internalName?: Given
  description?: Given
  groupLabel?: Given
  color?: Given
  streetAddress1?: Given
  streetAddress2?: Given
  city?: Given
  region?: Given
  postalCode?: Given
  latitude?: Given
  longitude?: Given
  primary?: boolean | null
  public?: boolean | null
  primaryContactNumber?: Given
  primaryEmail?: Given
  primaryFaxNumber?: Given
  timezoneIanaName?: Given
  deactivated?: boolean | null
}

export type LocationValues = Partial<
  Omit<LocationRow, 'domainId' | 'id' | 'version' | 'createdAt' | 'updatedAt'>
>

const texts = [
  ...(['internalName', 'description', 'groupLabel', 'streetAddress1', 'streetAddress2', 'city'] as const),
  ...(['region', 'postalCode', 'primaryContactNumber', 'primaryEmail', 'primaryFaxNumber'] as const),
]

/** Reads what an input says of a location; `domainZone` stands for a zone that is cleared. Adds every violation. */
export function readLocation(
  input: LocationInput,
  path: string,
  violations: Violations,
  domainZone: string | null,
): LocationValues {
  const at = (field: string) => `${path}.${field}`
  const name = readRequiredText(input.name, at('name'), violations)
  return given({
    ...Object.fromEntries(texts.map((field) => [field, readText(input[field], at(field), violations)])),
    name,
    nameKey: name === undefined ? undefined : searchKey(name),
    color: readColor(input.color, at('color'), violations),
    latitude: readDegrees(input.latitude, 90, at('latitude'), violations),
    longitude: readDegrees(input.longitude, 180, at('longitude'), violations),
    isPrimary: readRequired(input.primary, at('primary'), violations),
    isPublic: readRequired(input.public, at('public'), violations),
    deactivated: readRequired(input.deactivated, at('deactivated'), violations),
    zone: readZone(input.timezoneIanaName, at('timezoneIanaName'), violations, domainZone),
  })
}

function readZone(
  zone: string | null | undefined,
  path: string,
  violations: Violations,
  domainZone: string | null,
): string | undefined {
  if (zone === undefined) return undefined
  if (zone === null && domainZone === null)
    violations.add(path, 'REQUIRED', 'The domain has no time zone that could be taken.')
  if (zone !== null && !isZone(zone))
    violations.add(path, 'TIME_ZONE', 'This is not the name of an IANA time zone.')
  return zone ?? domainZone ?? undefined
}

/** The time zone of the domain, which locations take that have none of their own. */
export async function findDomainZone({
  trx,
  domainId,
}: Pick<AppointmentsChange, 'trx' | 'domainId'>): Promise<string | null> {
  const domain = await trx
    .selectFrom('domainRef')
    .select('zone')
    .where('id', '=', domainId)
    .executeTakeFirst()
  return domain && isZone(domain.zone) ? domain.zone : null
}

export async function createLocation(
  change: AppointmentsChange,
  input: LocationInput,
): Promise<{ id: string }> {
  const violations = new Violations()
  const zone = input.timezoneIanaName ?? null
  const values = readLocation(
    { ...input, timezoneIanaName: zone },
    'input',
    violations,
    await findDomainZone(change),
  )
  violations.throwIfAny()
  return { id: await insertLocation(change, values) }
}

export async function updateLocation(
  change: AppointmentsChange,
  input: LocationInput & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const row = await lockLocation(change.trx, change.domainId, input.id)
  expectVersion(row.version, input.expectedVersion)
  const violations = new Violations()
  const values = readLocation(input, 'input', violations, await findDomainZone(change))
  violations.throwIfAny()
  await changeLocation(change, row, values)
  return { id: String(row.id) }
}

/** Makes a location of values that were read, and tells the other subgraphs. */
export async function insertLocation(
  change: AppointmentsChange,
  { name, nameKey, zone, ...values }: LocationValues,
  action: AuditAction = 'location.created',
): Promise<string> {
  const { trx, domainId, now } = change
  if (name === undefined || nameKey === undefined || zone === undefined)
    throw new Error('a location has a name and a zone')
  if (values.isPrimary) await takePrimary(change)
  const row = await trx
    .insertInto('location')
    .values({
      ...{ domainId, id: await takeId(trx, 'location'), name, nameKey, zone },
      ...{ isPrimary: false, isPublic: true, deactivated: false },
      ...values,
      ...{ version: 1, createdAt: now, updatedAt: now },
    })
    .returning(['id', 'name', 'deactivated', 'version'])
    .executeTakeFirstOrThrow()
  announce(change, row, action, withoutKeys(['name', 'zone', ...Object.keys(values)]))
  return String(row.id)
}

/** Changes a location to values that were read, and tells the other subgraphs. Gives false when nothing differs. */
export async function changeLocation(
  change: AppointmentsChange,
  row: LocationRow,
  values: LocationValues,
  action: AuditAction = actionOf('location', row, values),
): Promise<boolean> {
  const columns = changedColumns(row, values)
  if (columns.length === 0) return false
  const fields = withoutKeys(columns)
  if (values.isPrimary && !row.isPrimary) await takePrimary(change)
  const changed = await change.trx
    .updateTable('location')
    .set({ ...values, version: row.version + 1, updatedAt: change.now })
    .where('domainId', '=', change.domainId)
    .where('id', '=', row.id)
    .returning(['id', 'name', 'deactivated', 'version'])
    .executeTakeFirstOrThrow()
  announce(change, changed, action, fields, detailOf(row, values, fields))
  return true
}

/** Takes being the main one from the location that is. */
async function takePrimary(change: AppointmentsChange): Promise<void> {
  const { trx, domainId } = change
  const row = await trx
    .selectFrom('location')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('isPrimary', '=', true)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row) await changeLocation(change, row, { isPrimary: false })
}

type Announced = Pick<LocationRow, 'id' | 'name' | 'deactivated' | 'version'>

function announce(
  change: AppointmentsChange,
  row: Announced,
  action: AuditAction,
  fields: string[],
  detail?: AuditDetail,
): void {
  const record = { type: 'Location' as const, id: String(row.id), version: row.version }
  change.audit({ action, record, fields, ...detail })
  change.send({ to: ['patients'], type: 'location.changed', payload: toReference(row) })
}
