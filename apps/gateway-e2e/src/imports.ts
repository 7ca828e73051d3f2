import assert from 'node:assert/strict'
import { change } from './clinic.ts'
import type { StackDomain } from './stack-domains.ts'

type Values = Record<string, unknown>

/** What became of one item of an import. */
export interface ImportResult {
  outcome: string
  id: string | null
  violations: { path: string; rule: string; message: string }[]
}

/** What a record is called in another system. */
export const external = (value: string, system = 'urn:test') => ({ system, value })

/** Imports items as the support account of the domain. */
export async function importItems(
  domain: StackDomain,
  mutation: string,
  items: Values[],
): Promise<ImportResult[]> {
  const selection = 'results { outcome id violations { path rule message } }'
  return (await change(domain, mutation, items, selection)).results as ImportResult[]
}

/** Imports one item and gives its id; fails when it has another outcome. */
export async function importOne(
  domain: StackDomain,
  mutation: string,
  item: Values,
  outcome: string,
): Promise<string> {
  const [result] = await importItems(domain, mutation, [item])
  assert.equal(result?.outcome, outcome, JSON.stringify([item, result]))
  assert.ok(result?.id)
  return result.id
}

/** The ids of two imported records of each kind, in the order of their external ids `one` and `two`. */
export interface ImportedClinic {
  locationIds: string[]
  providerIds: string[]
  serviceIds: string[]
}

/** Imports what others refer to: two of each kind, so that taking one for the other shows. */
export async function importClinic(domain: StackDomain): Promise<ImportedClinic> {
  const importTwo = async (mutation: string, item: (name: string) => Values): Promise<string[]> => {
    const items = ['one', 'two'].map((name) => ({ externalId: external(name), ...item(name) }))
    return (await importItems(domain, mutation, items)).map(({ id }) => id ?? '')
  }
  return {
    locationIds: await importTwo('importLocations', (name) => ({ name })),
    providerIds: await importTwo('importProviders', (name) => ({
      lastName: name,
      email: `${name}@example.test`,
    })),
    serviceIds: await importTwo('importServices', (name) => ({ name })),
  }
}

/** The rules that an item breaks, each with its place. */
export function rulesOf(result: Pick<ImportResult, 'violations'> | undefined): string[] {
  return (result?.violations ?? []).map(({ path, rule }) => `${path} ${rule}`)
}

/** The ids of two imported records of the address book of each kind. */
export interface ImportedAddressBook {
  facilityIds: string[]
  contactIds: string[]
}

/** Imports two facilities and two contacts, so that taking one for the other shows. */
export async function importAddressBook(domain: StackDomain): Promise<ImportedAddressBook> {
  const named = ['one', 'two'].map((name) => ({ externalId: external(`book-${name}`), name }))
  const facilities = await importItems(domain, 'importFacilities', named)
  const facilityIds = facilities.map(({ id }) => id ?? '')
  const people = named.map(({ externalId, name }, at) => ({
    ...{ externalId, firstName: 'Cora', lastName: name, facilityId: facilityIds[at] },
  }))
  const contacts = await importItems(domain, 'importContacts', people)
  return { facilityIds, contactIds: contacts.map(({ id }) => id ?? '') }
}
