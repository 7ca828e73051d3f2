import assert from 'node:assert/strict'
import type { ImportedClinic } from './imports.ts'
import { assertReadBack } from './inputs.ts'
import { attempt, type AskGraph } from './mutations.ts'
import { readSettingsSchema, selectAll } from './schema.ts'

const schema = readSettingsSchema()
const idOf = (record: unknown): string => (record as { id: string }).id

type Values = Record<string, unknown>

/** What is written by one kind of mutations. */
export interface HoursSubject {
  /** What their names end with, and the field of their payloads. */
  name: string
  payload: string
  type: string
  /** The list of them in a provider's schedule. */
  list: string
  /** What a round sends that does not follow from the types. */
  given(round: number, clinic: ImportedClinic): Values
}

export const flexible: HoursSubject = {
  ...{ name: 'FlexibleWorkHour', payload: 'flexibleWorkHour', type: 'FlexibleWorkHour' },
  list: 'flexibleWorkHours',
  given: (round, clinic) => ({
    locationId: clinic.locationIds[round % 2],
    serviceIds: [clinic.serviceIds[round % 2]],
    ...{ startAtDate: `2031-0${round}-01`, endAtDate: `2031-0${round}-20` },
    ...{ startAtTime: `0${round}:15`, endAtTime: `1${round}:45`, color: { rgb: `#12345${round}` } },
  }),
}
export const offTime: HoursSubject = {
  ...{ name: 'ProviderOffTime', payload: 'offTime', type: 'Offtime', list: 'offtime' },
  given: (round) => ({
    ...{ startAtDate: `2031-0${round}-01`, endAtDate: `2031-0${round}-20` },
    ...{ startAtTime: `0${round}:15`, endAtTime: `0${round}:10` },
  }),
}

/** Sends a mutation and gives its payload with the `clientMutationId`; fails with the whole answer when it is refused. */
export async function write(
  ask: AskGraph,
  mutation: string,
  input: Values,
  selection: string,
): Promise<Values> {
  const { body, text } = await attempt(ask, mutation, input, `clientMutationId ${selection}`)
  assert.equal(body.errors, undefined, text)
  return body.data?.[mutation] as Values
}

/** Hours of some first days of May 2031, at the first location. */
export function hours(clinic: ImportedClinic, providerUserId: string, more: Values = {}): Values {
  return {
    ...{ providerUserId, locationId: clinic.locationIds[0], serviceIds: [], visitType: 'PHYSICAL_VISIT' },
    ...{ startAtDate: '2031-05-01', endAtDate: '2031-05-02', startAtTime: '08:00', endAtTime: '10:00' },
    ...more,
  }
}

/** Checks that a record says what was sent, by the names of the input. */
export function assertShown({ type }: HoursSubject, record: Values, sent: Values, input: string): void {
  const { color: _, location, services, provider, ...flat } = record
  assertReadBack(schema, flat, sent, input)
  if (type === 'Offtime') assert.ok(idOf(provider))
  else {
    assert.equal(idOf(location), sent.locationId)
    assert.deepEqual((services as unknown[]).map(idOf), sent.serviceIds)
  }
}

/** Lists what the schedule of a provider has of a kind. */
export async function listOf(
  ask: AskGraph,
  { list, type }: HoursSubject,
  providerId: string,
): Promise<Values[]> {
  const { body, text } = await ask(
    `query ($id: ID!) { provider(id: $id) { schedule { ${list} { nodes { ${selectAll(schema, type)} } } } } }`,
    { id: providerId },
  )
  assert.equal(body.errors, undefined, text)
  return (body.data?.provider.schedule?.[list].nodes ?? []) as Values[]
}
